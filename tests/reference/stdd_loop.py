"""STDD's layer frame by frame and token by token, as its release computes it.

arXiv:2412.09895 and the released code; nothing is gathered, stacked or
skipped.
"""

import torch


def is_masked(position, frame, offset, size, num_masked):
    """The pattern 1, .., 1, 0, .., 0 turned right by frame and offset."""
    pattern = [1] * num_masked + [0] * (size - num_masked)
    turn = (frame + offset) % size
    pattern = pattern[size - turn :] + pattern[: size - turn]
    return bool(pattern[position])


def kept_patches(frame, offset, grid, cell, num_masked):
    """Kept patches of one frame, cell by cell."""
    height, width = cell
    kept = []
    for top in range(0, grid, height):
        for left in range(0, grid, width):
            for position in range(height * width):
                row = top + position // width
                column = left + position % width
                if not is_masked(
                    position, frame, offset, height * width, num_masked
                ):
                    kept.append(row * grid + column)
    return kept


def mixed(tokens, frame, span, scale):
    """The kept tokens of a frame, with channels of other frames.

    ``tokens``: list of (K, D), one a frame.
    """
    number = len(tokens)

    def neighbour(distance, sign):
        """That far, or nearer where the video ends; zeros at the end."""
        for step in range(distance, 0, -1):
            place = frame + sign * step
            if 0 <= place < number:
                return tokens[place]
        return torch.zeros_like(tokens[frame])

    out = tokens[frame].clone()
    for channel in range(span):
        distance = 1
        for far in range(2, scale + 1):
            if channel < span // 2 ** (far - 1):
                distance = far
        out[:, channel] = neighbour(distance, -1)[:, channel]
        # The other side mirrors it.
        place = 2 * span - 1 - channel
        out[:, place] = neighbour(distance, 1)[:, place]
    return out


def layer(
    block,
    frames,
    orders,
    offset,
    grid,
    cell,
    num_masked,
    span,
    scales,
    class_token='crossing',
):
    """One video: list of (1 + N, D) -> list of (1 + N, D)."""

    def attend(tokens):
        x = block.ln_1(tokens)[None]
        return tokens + block.attn(x, x, x, need_weights=False)[0][0]

    kept = [
        kept_patches(order, offset, grid, cell, num_masked) for order in orders
    ]
    tokens = [
        frame[1:][places] for frame, places in zip(frames, kept, strict=True)
    ]
    result = []
    for t, frame in enumerate(frames):
        crossed = []
        for scale in scales:
            sequence = torch.cat([frame[:1], mixed(tokens, t, span, scale)])
            crossed.append(attend(sequence))
        crossed = torch.stack(crossed).mean(dim=0)
        plain = attend(frame)
        merged = plain.clone()
        if class_token == 'crossing':
            merged[0] = crossed[0]
        for place, row in zip(kept[t], crossed[1:], strict=True):
            merged[1 + place] = row
        # The feed-forward network reads the plain branch, in all rows.
        result.append(merged + block.mlp(block.ln_2(plain)))
    return result


def tower(visual, frames, orders, offset, **rules):
    """One video through open_clip's image tower: (T, 3, S, S) -> (T, Dt)."""
    tokens = []
    for frame in frames:
        patches = visual.conv1(frame[None])[0].flatten(1).T
        x = torch.cat([visual.class_embedding[None], patches])
        tokens.append(visual.ln_pre(x + visual.positional_embedding))
    for block in visual.transformer.resblocks:
        tokens = layer(block, tokens, orders, offset, **rules)
    rows = [visual.ln_post(x[0]) @ visual.proj for x in tokens]
    return torch.stack([row / row.norm() for row in rows])


def score(frames, prompts):
    """Frames (T, D) and the prompts of one class (A, D), both normalised."""
    table = [[(v @ e) for e in prompts] for v in frames]
    best_prompts = sum(max(row) for row in table) / len(table)
    columns = list(zip(*table, strict=True))
    best_frames = sum(max(column) for column in columns) / len(columns)
    return (best_frames + best_prompts) / 2
