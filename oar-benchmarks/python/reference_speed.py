"""Speed of the same two stages in PyTorch, as plainly written as they usually are: drawing the tokens of one image with a transformer of
RandAR-L's sizes (float32, guidance, one cell a step) and a training step of 12 layers of width 384 (float32, 16 images of 256 cells).

    python3 reference_speed.py [--steps N]

prints one line of JSON. Weights are random. Drawing is timed on N steps spread evenly over the image's 256.
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

ATTENTION = getattr(F, "scaled_dot_product_attention", None)


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
        turned = torch.view_as_complex(heads[:2].reshape(2, batch, self.heads, length, -1, 2)) * rotation
        query, key = torch.view_as_real(turned).flatten(-2)
        value = heads[2]
        if cache is not None:
            cache[0, :, :, at:at + length], cache[1, :, :, at:at + length] = key, value
            key, value = cache[0, :, :, :at + length], cache[1, :, :, :at + length]
        found = attend(query, key, value, causal=cache is None)
        x = x + self.out(found.transpose(1, 2).reshape(batch, length, width))
        normed = self.norms[1](x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


def seconds_per_drawing_step(steps, width=1024, layers=24, heads=16, vocabulary=16384, cells=256):
    blocks = [Block(width, heads, 2816) for _ in range(layers)]
    output = nn.Linear(width, vocabulary, bias=False)
    caches = [torch.zeros(2, 2, heads, 2 * cells + 1, width // heads) for _ in blocks]
    rotation = torch.ones(2, width // heads // 2, dtype=torch.complex64)
    took = []
    for step in range(0, cells, max(1, cells // steps)):
        began = time.perf_counter()
        x = torch.randn(2, 2, width)
        for block, cache in zip(blocks, caches):
            x = block(x, rotation, cache, 2 * step)
        logits = output(x[:, -1])
        guided = logits[1] + 2 * (logits[0] - logits[1])
        torch.multinomial(guided.softmax(-1), 1)
        took.append(time.perf_counter() - began)
    return sum(took[1:]) / len(took[1:])


def seconds_per_training_step(width=384, layers=12, heads=6, vocabulary=1024, cells=256, batch=16, repeats=3):
    blocks = nn.ModuleList([Block(width, heads, 1024) for _ in range(layers)])
    output = nn.Linear(width, vocabulary, bias=False)
    weights = list(blocks.parameters()) + list(output.parameters())
    optimizer = torch.optim.AdamW(weights, lr=1e-4)
    rotation = torch.ones(2 * cells + 1, width // heads // 2, dtype=torch.complex64)
    took = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        x = torch.randn(batch, 2 * cells + 1, width)
        for block in blocks:
            x = block(x, rotation)
        labels = torch.randint(vocabulary, (batch * cells,))
        loss = F.cross_entropy(output(x[:, 1::2]).flatten(0, 1), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        took.append(time.perf_counter() - began)
    return min(took[1:])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=16)
    arguments = parser.parse_args()
    with torch.no_grad():
        drawing = seconds_per_drawing_step(arguments.steps)
    print(json.dumps({
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "secondsPerDrawingStep": drawing,
        "secondsPerTrainingStep": seconds_per_training_step(),
    }))
