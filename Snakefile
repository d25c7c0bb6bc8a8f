"""The graph: data -> train -> evaluate -> segment -> tables -> book, one rule per kind of step.

    snakemake --profile config/local --config preset=smoke
    snakemake --profile config/local --config preset=quick data=path/to/folder

A step runs again when its parameters, the code cells of its notebook, a module file that the
notebook uses, or its input files change. Editing a notebook's prose only renders the book again.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(workflow.basedir))
from workflow import graph, presets, runs

PRESET = runs.config_text(config, "preset", "quick", sys.argv)
DATA = runs.config_text(config, "data", "", sys.argv)
SETTINGS = graph.suited(presets.load(PRESET), DATA)
RUN = runs.run_folder(PRESET, DATA)
runs.note_run(RUN, PRESET, DATA)

GANS = [graph.name(point) for point in graph.train_points(SETTINGS)]
EVALUATED = [graph.name(point) for point in graph.evaluate_points(SETTINGS)]
CANDIDATES = graph.candidates(SETTINGS)  # empty where there is one learning rate to train with
SEGMENTED = [graph.name(point) for point in graph.segment_points(SETTINGS)]
CONCEPTS = ["01_diffraction", "02_speckle", "03_speckle_layer"]
TABLES = ["04_ivus_images", "05_networks", "07_evaluate_gan", "09_significance", "10_scoreboard"]
ONCE = CONCEPTS + TABLES + ["11_your_own_images"]

IMAGES = expand(f"{RUN}/data/{{part}}.{{end}}", part=["dataset", "held_out"], end=["npy", "json"])
EXECUTED = expand(f"{RUN}/notebooks/{{notebook}}.ipynb", notebook=ONCE)
EXECUTED += expand(f"{RUN}/notebooks/06_train_gan/{{point}}.ipynb", point=GANS)
EXECUTED += expand(f"{RUN}/notebooks/08_segment/{{point}}.ipynb", point=SEGMENTED)

MODULE = sorted(map(str, [*Path("specklegan").rglob("*.py"), *Path("specklegan").rglob("*.pyi")]))

# Trainings that share one GPU, in percent of it: small ones leave most of it idle alone.
SIDE_BY_SIDE = 4 if SETTINGS[graph.IMAGES].get("size", 64) < 128 else 2
GPU_SHARE = 100 // SIDE_BY_SIDE if Path("/dev/nvidia0").exists() else 0


def share(points):
    """Cores of one training: side by side on a core each, several get more done than in turn."""
    return max(1, workflow.cores // max(len(points), 1))


LOOKS = ("figures", "progress", "records")  # modules so named: not worth hours of training again

# Snakemake tells each step by OMP_NUM_THREADS and its like how many threads the rule gives it.
PYTHON = f'exec "{sys.executable}" -m'
NOTEBOOK = (
    PYTHON + " workflow.run_notebook {input.notebook:q} {log:q} {output.notebook:q}"
    " --parameters {params.values:q}"
)


def notebook_input(name, without=()):
    """Inputs of one notebook: itself (its code counts by `digest`, not by date) and its modules."""
    return {"notebook": ancient(f"notebooks/{name}.ipynb"), "modules": graph.modules(name, without)}


def values(name, point=None):
    """Parameters of one execution as JSON."""
    return json.dumps(graph.values(name, SETTINGS, RUN, DATA, point))


wildcard_constraints:
    concept="|".join(CONCEPTS),
    point="[a-z]+-n[0-9]+-s[0-9]+",
    group="[a-z]+-n[0-9]+",
    candidate="[a-z]+-n[0-9]+-r[0-9.e-]+-f[0-9.e-]+",


RESULTS = IMAGES + expand(f"{RUN}/gan/{{point}}/generator.safetensors", point=GANS)
RESULTS += expand(f"{RUN}/search/{{group}}.json", group=CANDIDATES)
RESULTS += expand(f"{RUN}/segment/{{point}}/scores.csv", point=SEGMENTED)
RESULTS += expand(f"{RUN}/{{step}}/record.json", step=["evaluate", "significance", "scoreboard"])
RESULTS += [f"{RUN}/own_images/manifest.json"]


rule all:  # names intermediate files too, so that one which was deleted is made again
    input:
        EXECUTED,
        RESULTS,
        f"{RUN}/html/index.html",


rule book:
    input:
        executed=EXECUTED,
        sources=expand("notebooks/{notebook}.ipynb", notebook=presets.notebooks()),
        prose=[str(path) for path in sorted(Path("book").rglob("*")) if path.is_file()],
        module=MODULE,  # its pages of reference
        record=f"{RUN}/scoreboard/record.json",
    output:
        f"{RUN}/html/index.html",
    log:
        f"{RUN}/log/book.txt",
    shell:
        PYTHON + " workflow.render --run {RUN:q} --log {log:q}"


rule concept:
    input:
        unpack(lambda w: notebook_input(w.concept)),
    output:
        notebook=f"{RUN}/notebooks/{{concept}}.ipynb",
    log:
        f"{RUN}/log/{{concept}}.ipynb",
    params:
        values=lambda w: values(w.concept),
        code=lambda w: graph.digest(w.concept),
    shell:
        NOTEBOOK


rule data:
    input:
        **notebook_input("04_ivus_images"),
    output:
        IMAGES,
        f"{RUN}/data/record.json",
        notebook=f"{RUN}/notebooks/04_ivus_images.ipynb",
    priority: 1  # all that takes long waits for it
    log:
        f"{RUN}/log/04_ivus_images.ipynb",
    params:
        values=values("04_ivus_images"),
        code=graph.digest("04_ivus_images"),
        files=runs.fingerprint(DATA),
    shell:
        NOTEBOOK


rule networks:
    input:
        IMAGES,
        **notebook_input("05_networks"),
    output:
        notebook=f"{RUN}/notebooks/05_networks.ipynb",
    log:
        f"{RUN}/log/05_networks.ipynb",
    params:
        values=values("05_networks"),
        code=graph.digest("05_networks"),
    shell:
        NOTEBOOK


rule candidate:  # as `train`, with one of several learning rates
    input:
        IMAGES,
        **notebook_input("06_train_gan", LOOKS),
    output:
        f"{RUN}/search/{{candidate}}/record.json",
        f"{RUN}/search/{{candidate}}/history.json",
        notebook=f"{RUN}/notebooks/06_train_gan/{{candidate}}.ipynb",
    priority: 2  # before the trainings, which wait for the choice
    log:
        f"{RUN}/log/06_train_gan/{{candidate}}.ipynb",
    params:
        values=lambda w: values("06_train_gan", w.candidate),
        code=graph.digest("06_train_gan"),
        checkpoint=f"{RUN}/search/{{candidate}}/state.pt",  # no output: it outlives a failed job
    threads: share(sum(map(list, CANDIDATES.values()), []))
    resources:
        gpu_share=GPU_SHARE,
    shell:
        NOTEBOOK


rule choose:
    localrule: True  # done in a second: not worth a cluster's job
    input:
        lambda w: expand(f"{RUN}/search/{{name}}/record.json", name=CANDIDATES[w.group]),
    output:
        f"{RUN}/search/{{group}}.json",
    priority: 2
    log:
        f"{RUN}/log/search/{{group}}.txt",
    params:
        names=lambda w: list(CANDIDATES[w.group]),
        seed=graph.SEARCH_SEED,
    shell:
        PYTHON + " workflow.choose_rates --run {RUN:q} --group {wildcards.group} --seed {params.seed}"
        " --log {log:q} {params.names}"


def choice(wildcards):
    """The chosen learning rates of a training; none where there is one candidate."""
    group = graph.group_of(wildcards.point)
    return [f"{RUN}/search/{group}.json"] if group in CANDIDATES else []


rule train:
    input:
        IMAGES,
        choice,
        **notebook_input("06_train_gan", LOOKS),
    output:
        f"{RUN}/gan/{{point}}/generator.safetensors",
        f"{RUN}/gan/{{point}}/last.safetensors",
        f"{RUN}/gan/{{point}}/generator.json",
        f"{RUN}/gan/{{point}}/record.json",
        f"{RUN}/gan/{{point}}/history.json",
        notebook=f"{RUN}/notebooks/06_train_gan/{{point}}.ipynb",
    priority: 1  # all that takes long waits for it
    log:
        f"{RUN}/log/06_train_gan/{{point}}.ipynb",
    params:
        values=lambda w: values("06_train_gan", w.point),
        code=graph.digest("06_train_gan"),
        checkpoint=f"{RUN}/gan/{{point}}/state.pt",  # no output: it outlives a failed job
    threads: share(GANS)
    resources:
        gpu_share=GPU_SHARE,
    shell:
        NOTEBOOK


rule evaluate:
    input:
        IMAGES,
        expand(f"{RUN}/gan/{{point}}/generator.safetensors", point=EVALUATED),
        [str(path) for path in sorted(Path("data/checkpoints").rglob("*.safetensors"))],
        "data/trust.json",
        expand("data/results/study/{step}.json", step=["evaluate", "significance"]),
        **notebook_input("07_evaluate_gan"),
    output:
        f"{RUN}/evaluate/record.json",
        notebook=f"{RUN}/notebooks/07_evaluate_gan.ipynb",
    log:
        f"{RUN}/log/07_evaluate_gan.ipynb",
    params:
        values=values("07_evaluate_gan"),
        code=graph.digest("07_evaluate_gan"),
    threads: share(EVALUATED)
    shell:
        NOTEBOOK


def generator(wildcards):
    """The GAN whose images pre-train a segmentation; nothing for the arms without one."""
    alone = wildcards.point.split("-")[0] in graph.WITHOUT_GAN
    return [] if alone else [f"{RUN}/gan/{wildcards.point}/last.safetensors"]


rule segment:
    input:
        IMAGES,
        generator,
        **notebook_input("08_segment", LOOKS),
    output:
        f"{RUN}/segment/{{point}}/scores.csv",
        f"{RUN}/segment/{{point}}/record.json",
        notebook=f"{RUN}/notebooks/08_segment/{{point}}.ipynb",
    log:
        f"{RUN}/log/08_segment/{{point}}.ipynb",
    params:
        values=lambda w: values("08_segment", w.point),
        code=graph.digest("08_segment"),
    threads: share(SEGMENTED)
    resources:
        gpu_share=GPU_SHARE,
    shell:
        NOTEBOOK


rule significance:
    input:
        expand(f"{RUN}/segment/{{point}}/scores.csv", point=SEGMENTED),
        **notebook_input("09_significance"),
    output:
        f"{RUN}/significance/record.json",
        f"{RUN}/significance/table2.csv",
        notebook=f"{RUN}/notebooks/09_significance.ipynb",
    log:
        f"{RUN}/log/09_significance.ipynb",
    params:
        values=values("09_significance"),
        code=graph.digest("09_significance"),
    shell:
        NOTEBOOK


rule scoreboard:
    input:
        f"{RUN}/evaluate/record.json",
        f"{RUN}/significance/record.json",
        "data/paper.csv",
        [str(path) for path in sorted(Path("data/results").rglob("*.json"))],
        **notebook_input("10_scoreboard"),
    output:
        f"{RUN}/scoreboard/record.json",
        f"{RUN}/scoreboard/scoreboard.csv",
        notebook=f"{RUN}/notebooks/10_scoreboard.ipynb",
    log:
        f"{RUN}/log/10_scoreboard.ipynb",
    params:
        values=values("10_scoreboard"),
        code=graph.digest("10_scoreboard"),
    shell:
        NOTEBOOK


rule own_images:
    input:
        IMAGES,
        f"{RUN}/gan/{graph.shown('06_train_gan', SETTINGS)}/generator.safetensors",
        **notebook_input("11_your_own_images"),
    output:
        f"{RUN}/own_images/manifest.json",
        notebook=f"{RUN}/notebooks/11_your_own_images.ipynb",
    log:
        f"{RUN}/log/11_your_own_images.ipynb",
    params:
        values=values("11_your_own_images"),
        code=graph.digest("11_your_own_images"),
    shell:
        NOTEBOOK
