import torch

from stclip.models.openmixer.mixing import AdaptiveMixing


def normalised(x):
    return ((x - x.mean()) / (x.var(unbiased=False) + 1e-5).sqrt()).relu()


def test_each_query_and_group_by_itself():
    torch.manual_seed(0)
    mixing = AdaptiveMixing(8, groups=2, points=3, out_points=5)
    torch.nn.init.normal_(mixing.weights.weight)
    queries, sampled = torch.randn(2, 4, 8), torch.randn(2, 4, 2, 3, 4)
    found = mixing(queries, sampled)
    for clip in range(2):
        for row in range(4):
            query, mixed = queries[clip, row], []
            for group, weights in enumerate(mixing.weights(query).chunk(2)):
                channels, points = weights[:16].view(4, 4), weights[16:]
                x = normalised(sampled[clip, row, group] @ channels)
                mixed.append(normalised(points.view(5, 3) @ x).flatten())
            expected = query + mixing.out(torch.cat(mixed))
            torch.testing.assert_close(found[clip, row], expected)


def test_at_first_all_queries_mix_alike():
    mixing = AdaptiveMixing(8, groups=2, points=3, out_points=5)
    sampled = torch.randn(1, 1, 2, 3, 4).expand(1, 6, -1, -1, -1)
    queries = torch.randn(1, 6, 8)
    added = mixing(queries, sampled) - queries
    torch.testing.assert_close(added, added[:, :1].expand_as(added))
