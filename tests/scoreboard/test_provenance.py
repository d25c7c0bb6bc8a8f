"""Settings beside the paper's, and the steps of a run."""

from specklegan import records
from specklegan.scoreboard import provenance

NUMBERS = records.paper_numbers()
PARAMETERS = {
    "evaluate": {"n": [50, 8], "synthetic": 400},
    "train": {"rate": 0.001, "final_rate": 0.0001, "edges": [14, 20]},
    "segment": {"maximum": 64, "batch": 10, "synthetic": 100, "folds": 5},
}


def record(kind, seconds=1.0, **changed):
    parameters = PARAMETERS[kind] | changed
    common = {"commit": "0123456789abcdef", "dirty": False, "device": "cpu"}
    common |= {"versions": {"torch": "2"}, "seconds": seconds}
    seen = {"images": 20, "size": 64, "class_names": ["a", "b", "c"]} if kind == "evaluate" else {}
    return {"kind": kind, "parameters": parameters} | common | seen


RUN = [record("train"), record("train", rate=0.0003), record("evaluate"), record("segment")]


def test_settings_that_trainings_do_not_share_are_all_told():
    ours = provenance.run_settings(RUN)
    assert ours["initial learning rate"] == [0.0003, 0.001]
    assert ours["initial edge of the filter windows"] == [14, 20]
    assert ours["GAN training examples"] == [50, 8]
    assert ours["classes of the masks"] == [3]


def test_every_setting_is_printed_in_the_paper():
    table = provenance.beside_paper(provenance.run_settings(RUN), NUMBERS).set_index("setting")
    assert (table["paper"] != "").all()
    assert list(table.loc["batch size"]) == ["10 images", "10"]
    assert table.loc["initial learning rate", "this run"] == "0.0003, 0.001"
    assert table.loc["images in the dataset", "this run"] == "20"


def test_steps_of_one_kind_code_and_device_are_summed():
    other = record("train", 7.0) | {"commit": None, "dirty": None}
    table = provenance.run_steps([*RUN, record("train", 2.5), other])
    rows = table[table.step == "train"]
    assert list(rows["commit"]) == ["0123456789ab", "-"]
    assert list(rows["times"]) == [3, 1]
    assert list(rows["seconds"]) == [4.5, 7.0]
