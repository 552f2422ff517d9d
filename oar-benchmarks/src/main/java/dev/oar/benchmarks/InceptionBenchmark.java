package dev.oar.benchmarks;

import dev.oar.benchmark.RandomInception;
import dev.oar.data.ImageSet;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.InceptionFeatures;
import dev.oar.feature.InceptionNetwork;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What measuring in the Inception network's features costs: features of 128 PNG files of 256 x 256 pixels beside the bare network on as
 * many images that are tensors already, and the Frechet distance of 2,048 features. Weights are random.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.nopointergc=true")
@State(Scope.Benchmark)
public class InceptionBenchmark {
    private static final int IMAGES = 128;
    private static final int BATCH = 32;
    private static final int SIDE = 256;
    private static final int ROWS = 4096;

    private InceptionNetwork network;
    private Path directory = Path.of("");
    private List<List<RgbImage>> batches = List.of();
    private GaussianStatistics first;
    private GaussianStatistics second;

    /** Makes network, images and statistics. */
    @Setup
    public void prepare() throws IOException {
        LibTorch.load();
        network = RandomInception.network();
        directory = Files.createTempDirectory("inception-benchmark");
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            RgbImage image = RandomInception.picture(i, SIDE);
            Files.write(directory.resolve(i + ".png"), PngFile.encode(image));
            images.add(image);
        }
        batches = new ArrayList<>();
        for (int from = 0; from < IMAGES; from += BATCH) {
            batches.add(images.subList(from, from + BATCH));
        }
        first = statistics(1);
        second = statistics(2);
    }

    /** Gives memory and files back. */
    @TearDown
    public void close() throws IOException {
        network.close();
        for (int i = 0; i < IMAGES; i++) {
            Files.delete(directory.resolve(i + ".png"));
        }
        Files.delete(directory);
    }

    /** The network alone: what the features are held against. */
    @Benchmark
    public double bareForward() {
        double sum = 0;
        for (List<RgbImage> batch : batches) {
            sum += TensorScope.compute(() -> {
                InceptionNetwork.Activations activations = network.activations(PixelTensors.of(batch));
                return (double) Tensors.floats(activations.pool3())[0] + Tensors.floats(activations.spatial())[0];
            });
        }
        return sum;
    }

    /** The features of the folder: reading, decoding, network. */
    @Benchmark
    public int featuresOfFolder() throws IOException {
        try (ImageSet images = ImageSet.open(directory)) {
            return InceptionFeatures.of(network, images, BATCH, done -> {})
                    .pool()
                    .count();
        }
    }

    /** The Frechet distance of two Gaussians in 2,048 dimensions. */
    @Benchmark
    public double frechetDistance() {
        return FrechetDistance.between(first, second);
    }

    private static GaussianStatistics statistics(long seed) {
        CounterRandom random = CounterRandom.of(seed, "features");
        float[] values = new float[ROWS * InceptionNetwork.POOL_WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.uniform(i);
        }
        return GaussianStatistics.of(FeatureSet.of(InceptionNetwork.POOL_WIDTH, values));
    }
}
