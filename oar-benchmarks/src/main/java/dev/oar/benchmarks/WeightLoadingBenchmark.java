package dev.oar.benchmarks;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelImport;
import dev.oar.artifact.PublicModel;
import dev.oar.artifact.WeightSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to load the weights of a published size, beside reading their file. After every iteration of a load it prints by how much
 * the resident memory of the process had grown over what it was before, in shares of the file (Linux only).
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.nopointergc=true")
@State(Scope.Benchmark)
public class WeightLoadingBenchmark {
    private static final int CHUNK = 8 << 20;

    /** Which sizes; {@code oar import --help} lists them. */
    @Param("randar-l")
    public String model = "randar-l";

    private Path directory = Path.of("");
    private Path file = Path.of("");
    private ModelFolder folder;

    /** Makes the model folder, of random weights. */
    @Setup
    public void prepare() throws IOException {
        LibTorch.load();
        directory = Files.createTempDirectory("weight-loading");
        folder = ModelImport.write(
                PublicModel.named(model),
                model,
                new WeightSource.Random(1),
                new WeightSource.Random(1),
                List.of(),
                directory);
        file = directory.resolve(ModelFolder.fileName(Arm.ANY_ORDER));
    }

    /** Deletes it. */
    @TearDown
    public void delete() throws IOException {
        for (Path entry :
                List.of(file, directory.resolve(ModelFolder.TOKENIZER), directory.resolve(ModelFolder.MANIFEST))) {
            Files.delete(entry);
        }
        Files.delete(directory);
    }

    /** Reads the file from end to end and does nothing with it; the measure that loading is held against. */
    @Benchmark
    public long readFile() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        long sum = 0;
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer.clear()) >= 0) {
                sum += buffer.get(0);
            }
        }
        return sum;
    }

    /** Opens the model, ready to draw. */
    @Benchmark
    public long load() throws IOException {
        long before = residentBytes();
        try (AutoregressiveModel loaded = folder.transformer(Arm.ANY_ORDER)) {
            report("load", before);
            return loaded.weights().parameterCount();
        }
    }

    /** Opens the model and looks at every weight. */
    @Benchmark
    public double loadAndSumWeights() throws IOException {
        long before = residentBytes();
        try (AutoregressiveModel loaded = folder.transformer(Arm.ANY_ORDER)) {
            double sum = 0;
            for (Tensor weight : loaded.weights().asMap().values()) {
                sum += TensorScope.compute(() -> Tensors.doubles(weight.sum())[0]);
            }
            report("load and sum weights", before);
            return sum;
        }
    }

    private void report(String what, long before) throws IOException {
        System.out.printf(
                "%s: resident memory grew by %.3f of the file%n",
                what, (double) (residentBytes() - before) / Files.size(file));
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
