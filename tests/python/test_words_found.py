"""How a release is searched for the names and hashes of deliveries: quickly, and not one less is found."""

from drawing import dice

from orchestration.release.disclosure import _by_run, _possible, _stands_in

PIECES = ("2021-01-20", "a", "-", "_", "/", ".", " ", "é", "\u202f", "(", "csv.gz", "b c", "\n", "0f", "sidep")


def test_no_word_that_stands_in_a_text_is_left_out():
    draw = dice("words in texts", 1)

    def drawn(most: int) -> str:
        return "".join(draw.choice(PIECES) for _ in range(draw.randint(1, most)))

    found = 0
    for _ in range(20_000):
        word = drawn(4)
        text = draw.choice(["", drawn(3)]) + draw.choice([word, drawn(5)]) + draw.choice(["", drawn(3)])
        if _stands_in(word, text):
            found += 1
            assert _possible(_by_run([word]), text) == [word], (word, text)
    assert found > 1_000


def test_few_words_have_to_be_searched_for():
    words = {f"2021-01-20/results_{number:03}.csv" for number in range(100)}

    text = "see 2021-01-20/results_007.csv, results_0081.csv and xresults_009"
    assert _possible(_by_run(words), text) == ["2021-01-20/results_007.csv"]
