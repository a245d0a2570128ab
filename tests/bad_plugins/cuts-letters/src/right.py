"""A right plugin of each kind. The bad ones are made of them: each is wrong in one thing alone."""

from random import Random

from xeval.api import LabelledText, MadeData, Phase, Training, change_words, hookimpl


class Perturbation:
    name = "right-perturbation"
    version = "1"

    def covers(self, language):
        return language.script == "Latn"

    def perturb(self, text, language, level, rng):
        return change_words(text, language, level, rng, self.edit)

    def edit(self, word, rng):
        return word + "x"


class Order:
    name = "right-order"
    version = "1"

    def phases(self, languages, source):
        return [Phase((code,), 1 / len(languages)) for code in sorted(language.code for language in languages)]


class Task:
    name = "right-task"
    version = "1"
    format = "classification"
    labels = ("no", "yes")
    languages = ("en", "de")
    source_language = "en"
    training = Training()
    metric = "accuracy"
    evaluates_on = "test"

    @property
    def trains_on(self):
        return (self.name,)

    def data(self, split, language):
        params = (("split", split), ("language", language))
        return MadeData(self.name, self.version, params, lambda: self.made(split, language))

    def made(self, split, language):
        rng = Random(f"{split}/{language}")
        for number in range(60):
            yield self.example(number, language, rng)

    def example(self, number, language, rng):
        return LabelledText(str(number), language, (f"{rng.random()}",), self.labels[number % 2])

    def examples(self, rows, language):
        yield from rows


@hookimpl
def xeval_perturbations():
    return [Perturbation()]


@hookimpl
def xeval_language_orders():
    return [Order()]


@hookimpl
def xeval_target_tasks():
    return [Task()]
