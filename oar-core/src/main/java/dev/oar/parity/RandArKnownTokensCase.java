package dev.oar.parity;

import dev.oar.decode.KnownTokens;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** RandAR with known tokens: they are committed first, the rest is decoded greedily. */
final class RandArKnownTokensCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        try (AnyOrderTransformer model = RandArModels.open(run.folder())) {
            for (Settings generation : run.folder().settings().parts("generate")) {
                generation.remarks("unknown", "min_margin");
                String name = generation.text("name");
                int[][] orders = run.rows(FILE, name + "_token_order");
                int[] mask = run.integers(FILE, name + "_known_mask");
                BitSet cells = new BitSet();
                IntStream.range(0, mask.length).filter(cell -> mask[cell] == 1).forEach(cells::set);
                int known = cells.cardinality();
                run.absolute(name + " known cells", known, generation.integer("known"), 0);
                int[][] given = run.rows(FILE, name + "_given_tokens");
                int open = orders[0].length - known;
                int steps = generation.optionalInteger("num_inference_steps").orElse(-1);
                DecodingSchedule schedule =
                        steps < 0 ? DecodingSchedule.sequential(open) : DecodingSchedule.cosine(open, steps);
                GreedyDecoding result = GreedyDecoding.of(
                        model,
                        run.integers(FILE, name + "_cond"),
                        orders,
                        schedule,
                        RandArModels.guidance(generation),
                        new KnownTokens(
                                cells,
                                given,
                                new BitSet(),
                                Arrays.stream(orders).map(GenerationOrder::of).toList(),
                                List.of()));
                run.exact(FILE, name + "_tokens", Tensors.of(result.tokens()));
                run.close(FILE, name + "_logits", result.logits());
            }
        }
    }
}
