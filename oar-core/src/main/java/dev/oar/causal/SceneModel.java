package dev.oar.causal;

import dev.oar.data.Batches;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.scene.SceneDistribution;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A trained model of scenes, asked what the exact distribution was asked.
 *
 * @param packed the model, which stays the caller's
 * @param scenes what its pictures are drawn from
 * @param batchSize pictures per forward pass
 */
record SceneModel(AnyOrderModel packed, SceneDistribution scenes, int batchSize) {
    /**
     * The code lengths of pictures whose cells are filled in steps, those of a step without knowing of each other.
     *
     * @param seed of random orders
     * @return {@code -log2 q} of every picture
     */
    double[] bits(ScenePictures pictures, StudiedOrder order, StepPlan plan, long seed) {
        List<DecodedTokens> decoded = decode(
                pictures.count(), order, plan, seed, rows -> new TokenSource.GroundTruth(pictures(pictures, rows)));
        double[] bits = new double[pictures.count()];
        for (int picture = 0; picture < bits.length; picture++) {
            double[] nats = decoded.get(picture / batchSize).logProbabilities()[picture % batchSize];
            bits[picture] = -Arrays.stream(nats).sum() / Math.log(2);
        }
        return bits;
    }

    /**
     * Draws pictures.
     *
     * @param seed of orders and tokens
     * @return {@code [pictures][cells]}
     */
    int[][] draw(int count, StudiedOrder order, StepPlan plan, long seed) {
        List<DecodedTokens> decoded =
                decode(count, order, plan, seed, rows -> new TokenSource.Sampled(SamplingFilter.NONE));
        int[][] pictures = new int[count][];
        Arrays.setAll(pictures, picture -> decoded.get(picture / batchSize).tokens()[picture % batchSize]);
        return pictures;
    }

    private static int[][] pictures(ScenePictures pictures, int... rows) {
        return IntStream.of(rows).mapToObj(pictures::tokens).toArray(int[][]::new);
    }

    private List<DecodedTokens> decode(
            int count, StudiedOrder order, StepPlan plan, long seed, Function<int[], TokenSource> source) {
        Batches batches = new Batches(count, batchSize);
        List<DecodedTokens> decoded = new ArrayList<>();
        try (Workers workers = Workers.on(packed.device())) {
            for (int first = 0; first < batches.count(); first += workers.count()) {
                int next = first;
                decoded.addAll(workers.run(
                        Math.min(workers.count(), batches.count() - first),
                        i -> decode(batches.get(next + i).images(), order, plan, seed, source)));
            }
        }
        return decoded;
    }

    private DecodedTokens decode(
            int[] rows, StudiedOrder order, StepPlan plan, long seed, Function<int[], TokenSource> source) {
        List<GenerationOrder> given = IntStream.of(rows)
                .mapToObj(row -> order.given(scenes.grid(), seed, row))
                .toList();
        return new AnyOrderDecoder(packed)
                .decode(new DecodingRequest(
                        new int[rows.length],
                        IntStream.of(rows).asLongStream().toArray(),
                        seed,
                        new PeekedSteps(
                                order, given, plan.schedule(scenes.grid().cells()), order.measure(scenes)),
                        source.apply(rows),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()));
    }
}
