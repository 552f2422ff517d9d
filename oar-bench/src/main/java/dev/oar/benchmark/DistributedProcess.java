package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.data.TokenShards;
import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.StepReport;
import dev.oar.train.SumTimes;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One of the processes that train a transformer of random tokens together. It writes a line for every step, the first left out: its seconds, and
 * when it was done with its own gradients and when the sums were there, in nanoseconds; then a line for every time that as many numbers were
 * summed with nothing else to do: its seconds.
 */
final class DistributedProcess {
    private static final int ARGUMENTS = 9;
    private static final int SUMS_ALONE = 9;
    private static final int NUMBERS_PER_SUM = 1 << 20;

    private DistributedProcess() {}

    /**
     * What a process has written.
     *
     * @param steps {@code [step][seconds, gradients done, summed]}
     * @param sums seconds of all sums without other work
     */
    record Times(List<double[]> steps, List<Double> sums) {
        static Times read(Path file) throws IOException {
            List<double[]> steps = new ArrayList<>();
            List<Double> sums = new ArrayList<>();
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                double[] numbers = Stream.of(line.split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                if (numbers.length == 1) {
                    sums.add(numbers[0]);
                } else {
                    steps.add(numbers);
                }
            }
            return new Times(steps, sums);
        }
    }

    /** The command that starts such a process with one thread; its environment says which of several it is. */
    static List<String> command(ModelShape shape, int batch, int steps, Path result) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-D" + LibTorch.THREADS_PROPERTY + "=1",
                "-D" + LibTorch.BLAS_PROPERTY + "=" + LibTorch.blas(),
                "-cp",
                System.getProperty("java.class.path"),
                DistributedProcess.class.getName(),
                shape.config().formulation().name(),
                Integer.toString(shape.config().width()),
                Integer.toString(shape.config().layers()),
                Integer.toString(shape.config().heads()),
                Integer.toString(shape.space().grid().height()),
                Integer.toString(shape.space().vocabularySize()),
                Integer.toString(batch),
                Integer.toString(steps),
                result.toString());
    }

    /** Does what the arguments of {@link #command} say. */
    public static void main(String[] arguments) throws IOException {
        Require.that(arguments.length == ARGUMENTS, "this is started by oar bench alone, with %s arguments", ARGUMENTS);
        ModelShape shape = new ModelShape(
                "distributed",
                TransformerConfig.of(
                        TransformerConfig.Formulation.valueOf(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3])),
                new TokenSpace(TokenGrid.square(Integer.parseInt(arguments[4])), Integer.parseInt(arguments[5]), 10));
        List<String> lines = new ArrayList<>();
        Optional<RankEnvironment> rank = RankEnvironment.of(System.getenv());
        try (ProcessGroup group = rank.isEmpty() ? ProcessGroup.alone() : ProcessGroup.join(rank.get(), () -> {})) {
            long parameters =
                    train(shape, Integer.parseInt(arguments[6]), Integer.parseInt(arguments[7]), group, lines);
            for (int i = 0; i < SUMS_ALONE; i++) {
                lines.add(Double.toString(sum(parameters, group)));
            }
        }
        Files.write(Path.of(arguments[8]), lines, StandardCharsets.US_ASCII);
    }

    /** Adds a line for every step but the first, and returns the number of parameters. */
    private static long train(ModelShape shape, int batch, int steps, ProcessGroup group, List<String> lines)
            throws IOException {
        TrainingConfig config = TrainingConfig.of(steps + 1L, batch, 1e-4, 1);
        long parameters = parameters(shape);
        try (TemporaryFolder folder = TemporaryFolder.create();
                AnyOrderTransformer model = AnyOrderTransformer.initialise(shape.config(), shape.space(), 1)) {
            TokenShards tokens = RandomTokens.write(
                    folder.fresh("tokens"),
                    shape.space(),
                    shape.tokens(Math.max(batch, shape.space().classCount())));
            AnyOrderTraining training = new AnyOrderTraining(
                    model, tokens, new UniformRandomOrder(shape.space().cells(), config.seed()), 0.1, config);
            TrainingLoop.run(
                            config,
                            training,
                            Optional.empty(),
                            folder.fresh("training"),
                            List.of(new Clock(lines, steps)),
                            group)
                    .close();
            throw new IllegalStateException("the clock ends the training after its last step");
        } catch (CancellationException e) {
            return parameters;
        }
    }

    /** How many numbers a model of these sizes has. */
    static long parameters(ModelShape shape) {
        return AnyOrderTransformer.shapes(shape.config(), shape.space()).values().stream()
                .mapToLong(sizes -> LongStream.of(sizes).reduce(1, (a, b) -> a * b))
                .sum();
    }

    /** The seconds of a sum of as many numbers, in pieces as they are summed in training. */
    private static double sum(long numbers, ProcessGroup group) throws IOException {
        try {
            return TensorScope.compute(() -> {
                List<Tensor> pieces = new ArrayList<>();
                for (long left = numbers; left > 0; left -= NUMBERS_PER_SUM) {
                    pieces.add(Tensors.zeros(torch.ScalarType.Float, Math.min(left, NUMBERS_PER_SUM)));
                }
                try {
                    group.meet();
                    long began = System.nanoTime();
                    List<ProcessGroup.Sum> sums = new ArrayList<>();
                    for (Tensor piece : pieces) {
                        sums.add(group.sum(piece));
                    }
                    for (ProcessGroup.Sum sum : sums) {
                        sum.await();
                    }
                    return (System.nanoTime() - began) * 1e-9;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes down times, and ends the training before it saves anything. */
    private static final class Clock implements TrainingListener {
        private final List<String> lines;
        private final int steps;
        private SumTimes times = new SumTimes(0, 0);

        Clock(List<String> lines, int steps) {
            this.lines = lines;
            this.steps = steps;
        }

        @Override
        public void onSummed(SumTimes summed) {
            times = summed;
        }

        @Override
        public void onStep(StepReport report, TrainingView view) {
            if (report.step() > 1) {
                lines.add(String.format(
                        Locale.ROOT, "%s %d %d", report.seconds(), times.gradientsDone(), times.summed()));
            }
            if (report.step() > steps) {
                throw new CancellationException("all steps are timed");
            }
        }
    }
}
