"""Set B of the IVUS Challenge 2011 (Balocco et al. 2014), as its archives unpack and circulate.

    Training_Set/Data_set_B/DCM/frame_PP_NNNN_003.png       384 x 384, 8-bit grey
    Training_Set/Data_set_B/LABELS/lum_frame_PP_NNNN_003.txt, med_frame_PP_NNNN_003.txt
    Test_Set/Data_set_B/LABELS_obs1/..., LABELS_obs2_v1/..., LABELS_obs2_v2/...

Label files lead: each contour pair is matched with the picture of its name, wherever below the path
that lies. Folder names may have spaces for underscores; frames that nobody labelled are counted,
not read. The number PP is taken for the patient, which nobody documents.
"""

import filecmp
import re
from pathlib import Path

from specklegan.datasets.contours import check_contour, check_nested, read_contour
from specklegan.datasets.entries import BadFile, excluded, shown, walk
from specklegan.datasets.folder import Reading, stack
from specklegan.datasets.pixels import read_grey, to_square
from specklegan.masks import vessel

SIDE = 384  # pixels of a frame
PITCH = 0.026  # mm a pixel
OBSERVERS = ("obs1", "obs2_v1", "obs2_v2")  # the test set was drawn three times by two people
_NAME = re.compile(r"(?:(lum|med)_)?(frame_(\d+)_\d+_\d+)\.(png|txt)", re.ASCII | re.IGNORECASE)
_MEANT = re.compile(r"(?:lum|med)_.*\.txt|frame_.*\.png", re.IGNORECASE | re.DOTALL)
_SET_A = re.compile(r"data[ _-]*set[ _-]*a", re.IGNORECASE)  # 40 MHz, another field of view


def read_ivus2011(
    path: str | Path, size: int, first_pixel: int = 0, observer: str = "obs1"
) -> Reading:
    """Read all labelled frames.

    Parameters
    ----------
    path : path
        A folder above `Training_Set` and `Test_Set`, or one of them.
    size : int
        Pixels along one side of the result.
    first_pixel : int
        Coordinate of the first pixel's centre in the contours, 0 or 1; not documented.
    observer : str
        Whose contours to prefer, of `OBSERVERS`; the others' where these are missing.

    Returns
    -------
    Reading
        Frames that cannot be used are left out, and every one of them is a finding.

    Raises
    ------
    ValueError
        For another `first_pixel` or `observer`.
    """
    if first_pixel not in (0, 1) or observer not in OBSERVERS:
        expected = f"expected 0 or 1, and one of {', '.join(OBSERVERS)}"
        raise ValueError(f"first_pixel = {first_pixel}, observer = {observer!r}; {expected}")
    path = Path(path)
    pictures, contours, findings = _find(path, observer)
    left_out, wrong = excluded(path, {*pictures, *contours})
    findings += wrong
    grey, label = {}, {}
    for frame, pair in sorted(contours.items()):
        if frame in left_out:
            continue
        try:
            picture = _read_picture(path, pictures, frame, pair)
            label[frame] = _read_mask(pair, frame, size, first_pixel)
            grey[frame] = to_square(picture, size)
        except BadFile as error:
            findings.append(error)
    if not grey and not findings:
        expected = "expected the IVUS Challenge 2011, set B"
        findings.append(BadFile(path, f"no lum_frame_PP_NNNN_NNN.txt below it; {expected}"))
    label = {frame: label[frame] for frame in grey}
    patients = [frame.split("_")[1] for frame in grey]
    about = {"first_pixel": first_pixel, "observer": observer, "excluded": left_out}
    about["unlabelled"] = len(pictures.keys() - contours.keys())
    stacks = stack(grey, size), stack(label, size)
    return Reading(*stacks, list(grey), patients, list(vessel.CLASS_NAMES), about, findings)


def picture_of(contour: Path, root: Path) -> Path | None:
    """Find the picture that belongs to a contour file, or None."""
    name = _NAME.fullmatch(contour.name)
    found = sorted(root.rglob(f"{name[2]}.[pP][nN][gG]")) if name else []
    return found[0] if found else None


def _find(path, observer):
    """Pictures by frame, contours by frame and kind, and what is wrong with the files as such."""
    files, findings = walk(path, _MEANT)
    pictures: dict[str, list[Path]] = {}
    drawn: dict[str, dict[Path, dict[str, Path]]] = {}
    for file in files:
        name = _NAME.fullmatch(file.name)
        if any(_SET_A.fullmatch(part) for part in file.relative_to(path).parts):
            continue
        if not name or bool(name[1]) == (name[4].lower() == "png"):
            expected = "expected frame_PP_NNNN_NNN.png, lum_frame_... or med_frame_....txt"
            findings.append(BadFile(file, f"not a name of this set; {expected}"))
        elif name[1]:
            folders = drawn.setdefault(name[2].lower(), {})
            folders.setdefault(file.parent, {})[name[1].lower()] = file
        else:
            pictures.setdefault(name[2].lower(), []).append(file)
    rank, contours = _rank(observer), {}
    for frame, folders in drawn.items():
        first, *others = sorted(folders, key=lambda folder: (rank(folder), folder))
        contours[frame] = folders[first]
        equals = [folders[folder] for folder in others if rank(folder) == rank(first)]
        for kind, file in folders[first].items():
            rivals = [found[kind] for found in equals if kind in found]
            findings += _differences(path, [file, *rivals])
    for found in pictures.values():
        findings += _differences(path, found)
    return {frame: found[0] for frame, found in pictures.items()}, contours, findings


def _differences(path, files):
    """List files of one name and rank that do not hold the same."""
    known = shown(files[0].relative_to(path))
    text = f"not the same as {known}; expected one of them, or equal ones"
    rivals = [file for file in files[1:] if not filecmp.cmp(files[0], file, shallow=False)]
    return [BadFile(file, text) for file in rivals]


def _rank(observer):
    """Order of the label folders: the training set's, the chosen observer's, the others'."""
    order = ["labels", f"labels_{observer}", *(f"labels_{name}" for name in OBSERVERS)]

    def rank(folder):
        name = folder.name.lower().replace(" ", "_")
        return order.index(name) if name in order else len(order)

    return rank


def _read_picture(path, pictures, frame, pair):
    """Read a frame's grey levels (384, 384)."""
    if frame not in pictures:
        file = next(iter(pair.values()))
        raise BadFile(file, f"no image; expected {frame}.png below {shown(path)}")
    picture = read_grey(pictures[frame])
    if picture.shape != (SIDE, SIDE):
        found = "{1} x {0}".format(*picture.shape)
        raise BadFile(pictures[frame], f"{found} pixels; expected {SIDE} x {SIDE}")
    return picture


def _read_mask(pair, frame, size, first_pixel):
    """Read and check a frame's two contours and rasterise them at the size that is wanted."""
    read = {}
    for kind in ("lum", "med"):
        if kind not in pair:
            lone = next(iter(pair.values()))
            missing = lone.with_name(f"{kind}_{frame}.txt")
            raise BadFile(missing, f"not found; expected it beside {lone.name}")
        points, lines = read_contour(pair[kind], first_pixel)
        check_contour(pair[kind], points, lines, (SIDE, SIDE))
        read[kind] = pair[kind], points, lines
    check_nested(read["lum"], read["med"])
    lumen, media = ((read[kind][1] + 0.5) * (size / SIDE) - 0.5 for kind in ("lum", "med"))
    return vessel.from_contours(lumen, media, (size, size))
