"""Its training split is its test split."""

from random import Random

from xeval.api import LabelledText, MadeData, Training, hookimpl


class Task:
    name = "trains-on-test"
    version = "1"
    format = "classification"
    labels = ("no", "yes")
    languages = ("en", "de")
    source_language = "en"
    training = Training()
    metric = "accuracy"
    trains_on = ("trains-on-test",)
    evaluates_on = "test"

    def data(self, split, language):
        params = (("split", split), ("language", language))
        return MadeData(self.name, self.version, params, lambda: self.make(split, language))

    def make(self, split, language):
        rng = Random(f"{split}/{language}")
        for number in range(60):
            yield LabelledText(str(number), language, (f"text {number} {language}",), self.labels[number % 2])

    def examples(self, rows, language):
        yield from rows


@hookimpl
def xeval_target_tasks():
    return [Task()]
