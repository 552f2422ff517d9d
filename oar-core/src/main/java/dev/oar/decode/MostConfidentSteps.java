package dev.oar.decode;

/** The steps of an order that is found by asking the model: the most confident cells next. */
final class MostConfidentSteps implements OrderPolicy.Steps {
    private final OrderPolicy.MostConfidentFirst policy;
    private final Decoding decoding;
    private final PeekedCells peeked;
    private final StepRanking ranking;

    MostConfidentSteps(OrderPolicy.MostConfidentFirst policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
        this.peeked = new PeekedCells(policy.shortlist());
        this.ranking = new StepRanking(policy, decoding);
    }

    @Override
    public int[][] next() {
        int size = Math.min(policy.cellsPerStep(), decoding.total() - decoding.filled());
        int[][] asked = peeked.next(size, decoding::open);
        Confidence.Scores scores = decoding.scores(asked, size, policy.measure(), policy.logits());
        int[][] best = ranking.now().best(scores, asked, peeked.ranked(size));
        peeked.chosen(size, best);
        int[][] chosen = CellRows.at(asked, CellRows.columns(best, 0, size));
        ranking.fill(chosen);
        return chosen;
    }
}
