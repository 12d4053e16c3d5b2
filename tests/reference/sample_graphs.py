"""A whole knowledge graph with one clause of one's own."""

from stclip.knowledge.knowledge_graph import RELATIONS, KnowledgeGraph


def make_graph(name, clause, class_id=0, **changes):
    """Four clauses of each kind; the first of the action's is ``clause``."""
    texts = {}
    for relation in RELATIONS:
        clauses = (f'{relation} {name} {letter}' for letter in 'abcd')
        texts[f'{relation}_clauses'] = tuple(map(_turned, clauses))
        texts[f'{relation}_triples'] = (('one', 'by', 'two'),) * 4
    texts['action_clauses'] = (clause, *texts['action_clauses'][1:])
    return KnowledgeGraph(
        dataset='mine',
        class_id=class_id,
        class_name=name,
        objects=('foot', 'ball'),
        sub_actions=('step', 'swing'),
        status='manual',
        **{**texts, **changes},
    )


def _turned(clause):
    """Letters turned round, so that no clause tells the name."""
    return ''.join(reversed(clause))
