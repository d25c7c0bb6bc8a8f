"""The search of learning rates: candidates, the choice, and what is recorded of it."""

import json

import pytest

from specklegan import records
from specklegan.training import search
from workflow import choose_rates as step, graph, presets

PAIRS = [(1e-3, 1e-4), (3e-4, 1e-4)]


def test_candidates_are_all_pairs():
    found = search.rate_candidates([1e-3, 3e-4], [1e-4, 3e-5])
    assert found == [(1e-3, 1e-4), (1e-3, 3e-5), (3e-4, 1e-4), (3e-4, 3e-5)]
    assert search.candidate_name("speckle-n50", (1e-3, 3e-5)) == "speckle-n50-r0.001-f3e-05"


@pytest.mark.parametrize("lists", [([], [1e-4]), ([1e-3], [0]), ([1e-4], [1e-3])])
def test_rates_that_make_no_schedule_are_refused(lists):
    with pytest.raises(ValueError, match="expected positive ones, none ending above its start"):
        search.rate_candidates(*lists)


def test_rates_that_differ_little_have_names_of_their_own():
    assert search.candidate_name("speckle-n50", (1e-3, 1e-4)) != search.candidate_name(
        "speckle-n50", (1e-3 + 1e-10, 1e-4)
    )


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ((["1e-3"], [1e-4]), r"found \['1e-3'\] .* write 0.0001"),
        (([1e-3, 0.001], [1e-4]), "each once"),
        (([float("inf")], [1e-4]), "expected positive ones"),
    ],
)
def test_rates_that_are_no_grid_are_named(lists, words):
    with pytest.raises(ValueError, match=words):
        search.rate_candidates(*lists)


def test_the_smallest_finite_distance_is_best():
    scores = [{"name": k, "distance": d} for k, d in enumerate([None, 3.0, 2.0, 2.0, float("nan")])]
    assert search.best_candidate(scores)["name"] == 2
    with pytest.raises(ValueError, match="no candidate has a finite distance"):
        search.best_candidate(scores[:1])


def test_one_candidate_needs_no_choice_and_several_do(tmp_path):
    path = tmp_path / "choice.json"
    assert search.chosen_rates(path, [1e-3], [1e-4]) == (1e-3, 1e-4)
    with pytest.raises(FileNotFoundError, match=r"choice\.json: not found; .* among 2 candidates"):
        search.chosen_rates(path, [1e-3, 3e-4], [1e-4])
    path.write_text(json.dumps({"chosen": {"rate": 3e-4, "final_rate": 1e-4}}))
    assert search.chosen_rates(path, [1e-3, 3e-4], [1e-4]) == (3e-4, 1e-4)
    with pytest.raises(ValueError, match=r"chose \(0.0003, 0.0001\), expected one of"):
        search.chosen_rates(path, [1e-3, 5e-4], [1e-4])
    path.write_text("{")
    with pytest.raises(ValueError, match="not a choice of learning rates"):
        search.chosen_rates(path, [1e-3, 3e-4], [1e-4])


def candidate(run, name, rate, distance):
    folder = run / "search" / name
    record = records.start("train", run, {"rate": rate, "final_rate": 1e-4}, 0)
    record["metrics"]["validation_distance"] = records.metric(distance, {"real": 4, "fake": 4})
    records.write(folder / "record.json", record)
    (folder / "state.pt").write_text(name)
    (folder / "samples").mkdir()
    (folder / "samples" / "000001.bin").write_text(name)


def test_the_choice_is_recorded_with_every_candidate_and_hands_its_state_over(tmp_path):
    names = [search.candidate_name("speckle-n8", pair) for pair in PAIRS]
    for name, pair, distance in zip(names, PAIRS, (5.0, 4.0), strict=True):
        candidate(tmp_path, name, pair[0], distance)
    step.choose(tmp_path, "speckle-n8", names, 0)
    record = records.read(tmp_path / "search" / "speckle-n8.json")
    assert [(c["name"], c["rate"], c["distance"]) for c in record["candidates"]] == [
        (names[0], 1e-3, 5.0),
        (names[1], 3e-4, 4.0),
    ]
    assert record["chosen"]["name"] == names[1]
    assert len(record["inputs"]) == 2
    assert (
        search.chosen_rates(tmp_path / "search/speckle-n8.json", [1e-3, 3e-4], [1e-4]) == PAIRS[1]
    )
    assert (tmp_path / "gan/speckle-n8-s0/state.pt").read_text() == names[1]
    assert (tmp_path / "gan/speckle-n8-s0/samples/000001.bin").read_text() == names[1]
    assert not list((tmp_path / "search").rglob("state.pt"))


def test_presets_with_one_rate_search_nothing_and_others_each_model_and_n():
    assert graph.candidates(presets.load("quick")) == {}
    paper = graph.candidates(presets.load("paper"))
    assert len(paper) == 8  # 2 models, 4 n
    assert {len(found) for found in paper.values()} == {6}
    assert all(1e-3 >= rate >= 3e-4 for rate, _ in paper["speckle-n50"].values())
    assert {final for _, final in paper["speckle-n50"].values()} == {1e-4, 3e-5}


def test_a_candidate_trains_with_its_rates_and_the_seed_that_is_handed_over():
    settings = presets.load("smoke")
    name = next(iter(graph.candidates(settings)["speckle-n8"]))
    values = graph.values("06_train_gan", settings, "build/smoke", "", name)
    assert (values["candidate"], values["seed"], values["n"]) == (name, graph.SEARCH_SEED, 8)
    assert len(values["rates"]) == len(values["final_rates"]) == 1
    plain = graph.values("06_train_gan", settings, "build/smoke", "", "speckle-n8-s1")
    assert "candidate" not in plain
    assert plain["seed"] == 1
