"""Makes examples of another type than its format's."""

from random import Random

from xeval.api import MadeData, SentencePair, Training, hookimpl


class Task:
    name = "wrong-example"
    version = "1"
    format = "classification"
    labels = ("no", "yes")
    languages = ("en", "de")
    source_language = "en"
    training = Training()
    metric = "accuracy"
    trains_on = ("wrong-example",)
    evaluates_on = "test"

    def data(self, split, language):
        params = (("split", split), ("language", language))
        return MadeData(self.name, self.version, params, lambda: self.make(split, language))

    def make(self, split, language):
        rng = Random(f"{split}/{language}")
        for number in range(60):
            yield SentencePair(str(number), language, f"{rng.random()}", "x")

    def examples(self, rows, language):
        yield from rows


@hookimpl
def xeval_target_tasks():
    return [Task()]
