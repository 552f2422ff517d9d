package dev.oar.decode;

/** The steps of an order that is found by asking the model: several confident cells that lie apart next. */
final class SpacedSteps implements OrderPolicy.Steps {
    private final OrderPolicy.Spaced policy;
    private final Decoding decoding;
    private final StepRanking ranking;
    private final int[] sizes;
    private int step;

    SpacedSteps(OrderPolicy.Spaced policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
        this.ranking = new StepRanking(policy.ranking(), decoding);
        this.sizes = GivenSteps.sizes(policy.schedule(), decoding.open()[0].length);
    }

    @Override
    public int[][] next() {
        int size = sizes[step++];
        int[][] asked = decoding.open();
        Confidence.Scores scores = decoding.scores(asked, size, policy.measure(), policy.logits());
        int[][] ranked = CellRows.at(asked, ranking.now().best(scores, asked, asked[0].length));
        int[][] chosen = new int[ranked.length][];
        for (int row = 0; row < ranked.length; row++) {
            chosen[row] = SpacedCells.chosen(decoding.grid(), ranked[row], size, policy.spacing());
        }
        ranking.fill(chosen);
        return chosen;
    }
}
