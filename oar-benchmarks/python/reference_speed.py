"""Speed of the same stages in PyTorch, as plainly written as they usually are: drawing the tokens of one image with a transformer of
RandAR-L's sizes (guidance on) and a training step of 12 layers of width 384 (16 images of 256 cells). Weights are random.

    python3 reference_speed.py [--steps N]

prints one line of JSON for float32 and one cell a step.

    python3 reference_speed.py --serve

prints a line about PyTorch, then reads one request a line and answers each with its seconds, so that another program can take turns:
"drawing TYPE SIZES" draws one image (SIZES: cells of each step, with commas) and "training TYPE" trains one step; TYPE is float32 or
bfloat16. Drawing is timed on N steps spread evenly over the image's and scaled to all of them.
"""
import argparse
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

ATTENTION = getattr(F, "scaled_dot_product_attention", None)
WIDTH, LAYERS, HEADS, HIDDEN, VOCABULARY, CELLS = 1024, 24, 16, 2816, 16384, 256


def attend(query, key, value, causal):
    if ATTENTION is not None:
        return ATTENTION(query, key, value, is_causal=causal)
    scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
    if causal:
        scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), float("-inf"))
    return scores.softmax(-1) @ value


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate, self.up = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, rotation, cache=None, at=0):
        batch, length, width = x.shape
        heads = self.qkv(self.norms[0](x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        turned = torch.view_as_complex(heads[:2].float().reshape(2, batch, self.heads, length, -1, 2)) * rotation
        query, key = torch.view_as_real(turned).flatten(-2).to(x.dtype)
        value = heads[2]
        if cache is not None:
            cache[0, :, :, at:at + length], cache[1, :, :, at:at + length] = key, value
            key, value = cache[0, :, :, :at + length], cache[1, :, :, :at + length]
        found = attend(query, key, value, causal=cache is None)
        x = x + self.out(found.transpose(1, 2).reshape(batch, length, width))
        normed = self.norms[1](x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


class Drawing:
    """One image, conditional and unconditional rows together."""

    def __init__(self, dtype):
        self.dtype = dtype
        self.blocks = nn.ModuleList([Block(WIDTH, HEADS, HIDDEN) for _ in range(LAYERS)]).to(dtype)
        self.output = nn.Linear(WIDTH, VOCABULARY, bias=False, dtype=dtype)

    def seconds(self, sizes, sampled):
        caches = [torch.zeros(2, 2, HEADS, 3 * CELLS + 1, WIDTH // HEADS, dtype=self.dtype) for _ in self.blocks]
        took = []
        chosen = set(range(0, len(sizes), max(1, len(sizes) // sampled)))
        with torch.no_grad():
            for step, size in enumerate(sizes):
                settled = sizes[step - 1] if step else 1
                if step not in chosen:
                    continue
                began = time.perf_counter()
                length = settled + size
                rotation = torch.ones(length, WIDTH // HEADS // 2, dtype=torch.complex64)
                x = torch.randn(2, length, WIDTH).to(self.dtype)
                at = 2 * sum(sizes[:step])
                for block, cache in zip(self.blocks, caches):
                    x = block(x, rotation, cache, at)
                logits = self.output(x[:, settled:]).float()
                guided = logits[1] + 2 * (logits[0] - logits[1])
                torch.multinomial(guided.softmax(-1), 1)
                took.append(time.perf_counter() - began)
        return len(sizes) * sum(took) / len(took)


class Training:
    """Steps one after the other, optimizer included."""

    def __init__(self, dtype, width=384, layers=12, heads=6, vocabulary=1024, batch=16):
        self.autocast = dtype == torch.bfloat16
        self.blocks = nn.ModuleList([Block(width, heads, 1024) for _ in range(layers)])
        self.output = nn.Linear(width, vocabulary, bias=False)
        self.weights = list(self.blocks.parameters()) + list(self.output.parameters())
        self.optimizer = torch.optim.AdamW(self.weights, lr=1e-4)
        self.rotation = torch.ones(2 * CELLS + 1, width // heads // 2, dtype=torch.complex64)
        self.width, self.vocabulary, self.batch = width, vocabulary, batch

    def seconds(self):
        began = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.autocast):
            x = torch.randn(self.batch, 2 * CELLS + 1, self.width)
            for block in self.blocks:
                x = block(x, self.rotation)
            labels = torch.randint(self.vocabulary, (self.batch * CELLS,))
            loss = F.cross_entropy(self.output(x[:, 1::2]).flatten(0, 1).float(), labels)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimizer.step()
        return time.perf_counter() - began


class Stages:
    """What has been asked for, made at first use and warmed up once."""

    def __init__(self, sampled):
        self.sampled = sampled
        self.made = {}

    def seconds(self, request):
        stage, name, *rest = request.split()
        dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]
        maker = {"drawing": Drawing, "training": Training}[stage]
        arguments = ([int(size) for size in rest[0].split(",")], self.sampled) if stage == "drawing" else ()
        if (stage, name) not in self.made:
            self.made[stage, name] = maker(dtype)
            self.made[stage, name].seconds(*arguments)
        return self.made[stage, name].seconds(*arguments)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--serve", action="store_true")
    given = parser.parse_args()
    # In a container or a chroot PyTorch's own guess may be a single thread.
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    stages = Stages(given.steps)
    about = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    if given.serve:
        print(json.dumps(about), flush=True)
        for line in sys.stdin:
            print(json.dumps({"seconds": stages.seconds(line)}), flush=True)
    else:
        drawing = stages.seconds("drawing float32 " + ",".join(["1"] * CELLS)) / CELLS
        print(json.dumps({
            **about,
            "secondsPerDrawingStep": drawing,
            "secondsPerTrainingStep": min(stages.seconds("training float32") for _ in range(3)),
        }))
