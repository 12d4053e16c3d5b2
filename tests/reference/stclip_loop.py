"""ST-CLIP's equations as the paper writes them.

arXiv:2408.15996v1, Eqs. (1)-(4) and Sec. 3.4: one keyframe, loops over
positions, heads, layers and persons, gathered tokens, a full attention map
for each head. Slow and meant to be read beside the paper.
"""

import torch
from torch import nn
from torch.nn import functional as F


def encoder_input(visual, patches):
    """X of Eq. (1) and what ln_pre makes of it: (N, Dv) -> (1 + N, Dv)."""
    rows = [visual.class_embedding, *patches]
    x = torch.stack(rows) + visual.positional_embedding
    return visual.ln_pre(x)


def encoded_tokens(visual, image):
    """All tokens after the last layer: (3, S, S) -> (1 + N, Dv)."""
    patches = visual.conv1(image[None])[0].flatten(1).T
    x = encoder_input(visual, patches)
    for block in visual.transformer.resblocks:
        x = block(x[None])[0]
    return x


def self_attention(attn, x):
    """MHSA, head by head: (L, D) -> (L, D)."""
    q, k, v = F.linear(x, attn.in_proj_weight, attn.in_proj_bias).chunk(
        3, dim=-1
    )
    width = x.shape[1] // attn.num_heads
    heads = []
    for head in range(attn.num_heads):
        part = slice(head * width, (head + 1) * width)
        scores = q[:, part] @ k[:, part].T / width**0.5
        heads.append(scores.softmax(dim=-1) @ v[:, part])
    return attn.out_proj(torch.cat(heads, dim=-1))


def context_tokens(temporal, frames):
    """Eq. (2) position by position: (T, N, Dv) patch tokens -> (N, Dv)."""
    rows = []
    for position in range(frames.shape[1]):
        z = frames[:, position]  # the same patch in every frame
        z = z + temporal.encoding.weight[: len(frames)]
        for layer in temporal.layers:
            z = z + self_attention(layer.attention, layer.norm(z))
        rows.append(z.mean(dim=0))  # AvgPool over time
    return torch.stack(rows)


def person_token(adapter, person):
    """Eq. (3), or Table 4e's single linear layer: (Dv,) -> (Dv,)."""
    hidden = adapter.norm(person)
    if isinstance(adapter.ffn, nn.Linear):
        return person + adapter.ffn(hidden)
    hidden = adapter.ffn.c_fc(hidden)
    hidden = hidden * torch.sigmoid(1.702 * hidden)  # QuickGELU
    return person + adapter.ffn.c_proj(hidden)


def attention_map(block, x):
    """softmax(Q K^T / sqrt d) of each head: (L, Dv) -> (h, L, L)."""
    attn = block.attn
    heads, width = attn.num_heads, x.shape[1]
    q, k, _ = F.linear(
        block.ln_1(x), attn.in_proj_weight, attn.in_proj_bias
    ).chunk(3, dim=-1)
    maps = []
    for head in range(heads):
        part = slice(head * width // heads, (head + 1) * width // heads)
        scores = q[:, part] @ k[:, part].T / (width // heads) ** 0.5
        maps.append(scores.softmax(dim=-1))
    return torch.stack(maps)


def prompt(layer, text, tokens):
    """Eq. (4) for one set of tokens: (C, Dt), (K, Dv) -> (C, Dt)."""
    tokens = layer.norm_visual(layer.projector(tokens))
    attention = layer.attention
    q = attention.query(layer.norm_text(text))
    k, v = attention.key(tokens), attention.value(tokens)
    width = q.shape[1] // attention.num_heads
    heads = []
    for head in range(attention.num_heads):
        part = slice(head * width, (head + 1) * width)
        probs = (q[:, part] @ k[:, part].T / width**0.5).softmax(dim=-1)
        heads.append(probs @ v[:, part])
    attended = text + attention.out(torch.cat(heads, dim=-1))
    refined = attended + layer.ffn(layer.norm_ffn(attended))
    return text + layer.rho * refined


def interact(model, persons, context, text, top_k, prompted=(0, 1, 2)):
    """One keyframe: (P, Dv), (N, Dv), (C, Dt) -> (P, Dt), (P, C, Dt).

    ``top_k``: interest tokens; all tokens prompt if there are no more.
    ``prompted``: layers that context prompting follows.
    """
    visual = model.clip.visual
    x = encoder_input(visual, context)
    x = torch.cat([x[:1], persons, x[1:]])
    texts = [text for _ in persons]
    for number, block in enumerate(visual.transformer.resblocks):
        importance = attention_map(block, x).mean(dim=0)
        x = block(x[None])[0]
        if number not in prompted:
            continue
        for person in range(len(persons)):
            row = importance[1 + person]
            chosen = row.argsort(descending=True)[:top_k]
            layer = model.prompting[str(number)]
            texts[person] = prompt(layer, texts[person], x[chosen])
    features = visual.ln_post(x[1 : 1 + len(persons)]) @ visual.proj
    return features, torch.stack(texts)


def logits(model, sample, text, top_k, prompted=(0, 1, 2), full_frame=True):
    """One keyframe's (P, C), from normalised pictures, Sec. 3.2 to 3.5.

    ``sample``: keyframe (3, S, S), window (T, 3, S, S), crops (P, 3, S, S).
    """
    visual = model.clip.visual
    keyframe, window, crops = sample
    persons = [
        person_token(
            model.adapter, visual.ln_post(encoded_tokens(visual, crop)[0])
        )
        for crop in crops
    ]
    frames = torch.stack(
        [visual.conv1(image[None])[0].flatten(1).T for image in window]
    )
    context = context_tokens(model.temporal, frames)
    persons, texts = interact(
        model, torch.stack(persons), context, text, top_k, prompted
    )
    if full_frame:
        whole = visual.ln_post(encoded_tokens(visual, keyframe)[0])
        persons = persons + whole @ visual.proj
    return torch.stack(
        [
            F.cosine_similarity(person[None], own, dim=-1) / 0.07
            for person, own in zip(persons, texts, strict=True)
        ]
    )
