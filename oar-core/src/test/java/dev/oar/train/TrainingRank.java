package dev.oar.train;

import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;

/** A training in float64 with dropout, class dropout, clipping and moving average, by one process or one of several. */
final class TrainingRank {
    /** How a process ends that refuses to go on and says why. */
    static final int REFUSED = 3;

    static final String REFUSAL = "refused: ";
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int VOCABULARY = 11;
    private static final int IMAGES = 23;

    private TrainingRank() {}

    /** The arguments: folder of tokens, folder of the training, steps, accumulation, milliseconds that every step waits. */
    public static void main(String[] arguments) {
        PrintStream said = System.out;
        try (ProcessGroup group = group()) {
            int wait = Integer.parseInt(arguments[4]);
            train(
                            TokenShards.open(Path.of(arguments[0])),
                            Path.of(arguments[1]),
                            config(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3])),
                            group,
                            new TrainingListener() {
                                @Override
                                public void onNote(String line) {
                                    said.println("note " + line);
                                }

                                @Override
                                public void onStep(StepReport report, TrainingView view) throws IOException {
                                    said.println("step " + report.step() + " " + report.loss());
                                    said.flush();
                                    pause(wait);
                                }
                            })
                    .close();
        } catch (IOException | IllegalArgumentException e) {
            said.println(REFUSAL + e.getMessage());
            said.flush();
            System.exit(REFUSED);
        }
        System.exit(0);
    }

    private static void pause(int milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static ProcessGroup group() throws IOException {
        Optional<RankEnvironment> rank = RankEnvironment.of(System.getenv());
        return rank.isEmpty() ? ProcessGroup.alone() : ProcessGroup.join(rank.get(), () -> {});
    }

    static Weights train(
            TokenShards tokens, Path directory, TrainingConfig config, ProcessGroup group, TrainingListener listener)
            throws IOException {
        LibTorch.load();
        TransformerConfig sizes = TransformerConfig.of(TransformerConfig.Formulation.POSITION_INSTRUCTION, 32, 2, 4);
        TokenSpace space = new TokenSpace(GRID, VOCABULARY, 2);
        Weights start;
        try (AnyOrderTransformer fresh = AnyOrderTransformer.initialise(sizes, space, config.seed())) {
            start = fresh.weights().to(torch.ScalarType.Double);
        }
        try (AnyOrderTransformer model = new AnyOrderTransformer(sizes, space, start)) {
            AnyOrderTraining task = new AnyOrderTraining(
                    model, tokens, new UniformRandomOrder(GRID.cells(), config.seed()), 0.3, 0.1, config);
            return TrainingLoop.run(config, task, Optional.empty(), directory, List.of(listener), group)
                    .weights();
        }
    }

    static TrainingConfig config(int steps, int accumulation) {
        return new TrainingConfig(
                steps,
                12,
                accumulation,
                0.01,
                new LearningRateSchedule.Constant(2),
                0.05,
                0.9,
                0.95,
                1e-8,
                0.5,
                0.9,
                PrecisionSetting.of(Precision.FLOAT32),
                4,
                2,
                1,
                5);
    }

    /** Writes tokens to train on. */
    static Path tokens(Path folder) throws IOException {
        TokenSet set =
                new TokenSet(Split.TRAIN, GRID, VOCABULARY, 2, List.of("cat", "dog"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(folder, set);
        for (int image = 0; image < IMAGES; image++) {
            writer.add(new int[][] {row(image, 0), row(image, 1)}, image % 2, image, "image " + image + ".png");
        }
        var unused = writer.finish();
        return folder;
    }

    private static int[] row(int image, int view) {
        CounterRandom random = CounterRandom.of(image, "tokens of view " + view);
        return IntStream.range(0, GRID.cells())
                .map(cell -> random.integer(VOCABULARY, cell))
                .toArray();
    }
}
