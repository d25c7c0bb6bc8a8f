"""An independent generator on the same phantoms: MONAI's SPADE decoder (extra `peer`).

It sees the same examples as often as the run's own generators, against the same discriminator, with
the same losses, schedule and choice of the best generator by validation; only the generator is
somebody else's. Its distances go into `<run>/peer/n<n>-s<seed>/record.json`, which chapter 10 shows
beside the others.

    python -m benchmarks.peer --run build/quick --n 50 --seed 0
"""

import argparse
import functools
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from specklegan import datasets, extras, metrics, networks, records, training
from specklegan.progress import Reporter


class Peer(nn.Module):
    """MONAI's SPADE decoder with a head that makes grey values, called as our generators are.

    Left to itself the decoder ends in one map for a grey image, at half its size: nothing could
    form fine texture. So it ends in `last` maps, and one convolution and tanh make the image of
    them, as in our own generators.
    """

    def __init__(self, size, classes, channels, last):
        super().__init__()
        nets = extras.optional("monai.networks.nets.spade_network", "peer")
        self.classes = classes
        self.decoder = nets.SPADEDecoder(
            spatial_dims=2,
            out_channels=last,
            label_nc=classes,
            input_shape=[size, size],
            channels=list(channels),
            z_dim=networks.LATENT,
            is_vae=True,  # it starts from noise, not from the mask
        )
        self.head = nn.Conv2d(last, 1, 3, padding=1)

    def forward(self, z, mask, generator=None):
        """Map noise (B, 128) and masks (B, 1, H, W) to images (B, 1, H, W) in (-1, 1)."""
        seg = F.one_hot(mask[:, 0].long(), self.classes).movedim(-1, 1).to(z.dtype)
        return torch.tanh(self.head(self.decoder(seg, z)))

    @torch.no_grad()
    def generate(self, masks, seed, batch=32):
        """Generate one image for each mask (N, 1, H, W)."""
        random = torch.Generator().manual_seed(seed)
        parts = torch.as_tensor(np.ascontiguousarray(masks)).split(batch)
        self.eval()
        return torch.cat(
            [self(torch.randn(len(m), networks.LATENT, generator=random), m) for m in parts]
        ).numpy()


def main(arguments=None):
    """Train the peer on a run's examples, measure it, write its record."""
    options = parser().parse_args(arguments)
    run, name = records.locate(options.run), f"n{options.n}-s{options.seed}"
    pool, held_out = datasets.open(run / "data/dataset"), datasets.open(run / "data/held_out")
    inputs = [run / "data/dataset.npy", run / "data/held_out.npy"]
    ours = records.read(run / f"gan/baseline-{name}/record.json")["parameters"]
    told = {"n": options.n, "by": ours.get("by", "image")}  # not in records of older runs
    told["synthetic"] = records.read(run / "evaluate/record.json")["parameters"]["synthetic"]
    record = records.start("peer", run, told, options.seed, inputs)
    fits = [fit(pool, told, ours, rate, run / f"peer/{name}/r{rate:g}") for rate in options.rates]
    trained, settings, best = min(fits, key=lambda found: found[-1])
    masks = datasets.artificial_masks(pool, told["synthetic"], 0)
    for key, entry in metrics.compare_images(held_out.images, trained.generate(masks, 1)).items():
        record["metrics"][f"peer-{name}/final/{key}"] = entry
        print(f"{key}: {entry['value']:.3f}, 95 % {entry['interval']}")
    images = {"real": len(pool), "fake": len(pool)}
    record["metrics"]["validation_distance"] = records.metric(best, images)
    record["candidates"] = {f"{found.rate:g}": distance for _, found, distance in fits}
    record["parameters"] |= vars(settings)
    record["weights"] = sum(p.numel() for p in trained.parameters())
    record["source"] = pool.source
    records.write(run / f"peer/{name}/record.json", record)


def parser():
    """Describe the command line."""
    found = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    found.add_argument("--run", default="build/quick", help="folder of a finished run")
    found.add_argument("--n", type=int, default=50, help="training examples")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument(
        "--rates",
        type=float,
        nargs="+",
        default=[1e-3, 3e-4],
        help="its initial learning rates to choose from, by validation",
    )
    return found


def fit(pool, told, ours, rate, folder):
    """Train a peer as the baseline `ours` was: (best peer, settings, its validation distance)."""
    keys = training.TrainingSettings.__dataclass_fields__
    settings = {key: ours[key] for key in keys if key in ours} | {"rate": rate}
    settings["discriminator_rate"] = rate * ours["discriminator_rate"] / ours["rate"]
    settings = training.TrainingSettings(**settings)
    examples = pool.subset(datasets.choose(pool, told["n"], settings.seed, told["by"])[0])
    real = metrics.wavelet_packets(pool.images)
    torch.manual_seed(settings.seed)
    trained, history = training.train(
        Peer(pool.images.shape[-1], pool.classes, ours["widths"], ours["last_width"]),
        networks.Discriminator(ours["discriminator_widths"], pool.classes),
        examples.images,
        examples.masks,
        settings,
        folder=folder,
        augment=functools.partial(datasets.augment, coordinates=pool.coordinates),
        progress=Reporter(f"peer, n = {told['n']}, rate {rate:g}", stream=sys.stderr),
        validate=lambda network: metrics.frechet_wavelet_distance(
            real, metrics.wavelet_packets(network.generate(pool.masks, settings.seed))
        ),
    )
    found = [entry["distance"] for entry in history if entry.get("distance") is not None]
    return trained, settings, min(found)


if __name__ == "__main__":
    main()
