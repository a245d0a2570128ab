"""Its format does not exist."""

from random import Random

from xeval.api import LabelledText, MadeData, Training, hookimpl


class Task:
    name = "wrong-format"
    version = "1"
    format = "classification"
    labels = ("no", "yes")
    languages = ("en", "de")
    source_language = "en"
    training = Training()
    metric = "accuracy"
    trains_on = ("wrong-format",)
    evaluates_on = "test"
    format = "clasification"

    def data(self, split, language):
        params = (("split", split), ("language", language))
        return MadeData(self.name, self.version, params, lambda: self.make(split, language))

    def make(self, split, language):
        rng = Random(f"{split}/{language}")
        for number in range(60):
            yield LabelledText(str(number), language, (f"{rng.random()}",), "yes")

    def examples(self, rows, language):
        yield from rows


@hookimpl
def xeval_target_tasks():
    return [Task()]
