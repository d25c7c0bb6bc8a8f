"""Recorded generators: trained for longer than a reader waits, kept in `data/checkpoints/`.

Each has a folder with `generator.safetensors`, the settings in `generator.json` beside it, and the
`record.json` of its training, as `workflow.pieces` collects them. All have learned from phantoms:
clinical images may not be passed on, nor what may have learned them by heart.
"""

from specklegan import networks, records


def find(folder, dataset):
    """Load the generators that can be compared with a dataset's images.

    Parameters
    ----------
    folder : path
        Searched with all folders below; relative paths count from the repository. It may be
        missing, and then holds none.
    dataset : datasets.Dataset
        What the run works on.

    Returns
    -------
    dict of str to (networks.Generator, dict)
        By the path of their folder, such as `study/speckle-n50-s0`, the generators of the
        dataset's image size, and what the record of their training says: numbers `n` of examples
        and `images_seen` by the weights that were kept. Empty where the dataset shows no phantoms.

    Raises
    ------
    FileNotFoundError
        Where a generator lacks its settings or its record.
    ValueError
        Where a file is damaged.
    """
    found = {}
    if dataset.source.get("kind") != "phantom":
        return found
    folder = records.locate(folder)
    for path in sorted(folder.rglob("generator.safetensors")):
        generator = networks.Generator.load(path)
        if generator.settings.size == dataset.images.shape[-1]:
            record = records.read(path.with_name("record.json"))
            told = record["parameters"]
            seen = record["kept_at_step"] * told["batch"]
            name = path.parent.relative_to(folder).as_posix()
            found[name] = generator, {"n": told["n"], "images_seen": seen}
    return found
