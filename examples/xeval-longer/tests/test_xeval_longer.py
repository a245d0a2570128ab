from __future__ import annotations

from xeval_longer import Longer

from xeval.testing import TargetTaskConformance


class TestLonger(TargetTaskConformance):
    plugin = Longer()


def test_the_label_says_which_text_is_longer() -> None:
    for example in Longer().data("train", "qen").make():
        first, second = (len(text.split()) for text in example.texts)
        assert example.label == ("first" if first > second else "second")
