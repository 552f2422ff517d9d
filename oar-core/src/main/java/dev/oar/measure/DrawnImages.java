package dev.oar.measure;

import dev.oar.artifact.FolderOrders;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageSource;
import dev.oar.file.AtomicFile;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Many images of a model, in the classes of its description, kept in a folder as tokens and decoded when they are read.
 *
 * <pre>
 * samples.yaml               what they depend on ({@link SampleDescription})
 * samples-00000.safetensors  tokens and orders of {@value #PER_FILE} samples, and so on
 * </pre>
 *
 * <p>Drawing goes on where a broken-off call stopped, and with more samples where fewer were drawn before: a sample is a function of
 * seed and index. Memory does not grow with their number.
 */
public final class DrawnImages implements ImageSource {
    /** Samples per file; at most these are drawn again after a kill. */
    static final int PER_FILE = 64;

    private static final String DESCRIPTION = "samples.yaml";

    private final Path directory;
    private final ImageTokenizer tokenizer;
    private final int batchSize;
    private final int count;
    private int openFile = -1;
    private List<RgbImage> open = List.of();

    private DrawnImages(Path directory, ImageTokenizer tokenizer, int batchSize, int count) {
        this.directory = directory;
        this.tokenizer = tokenizer;
        this.batchSize = batchSize;
        this.count = count;
    }

    /**
     * Draws what is not there yet.
     *
     * @param directory where samples are and go
     * @param tokenizer decodes them, and must stay open as long as they are read
     * @param folderOrders what there is of extracted orders; needed for orders of mean ranks and of an order network only
     * @param count how many there shall be
     * @throws IllegalArgumentException if the folder holds samples that depend on something else
     */
    public static DrawnImages draw(
            Path directory,
            SampleDescription description,
            AutoregressiveModel model,
            ImageTokenizer tokenizer,
            FolderOrders folderOrders,
            int count,
            MeasurementListener listener)
            throws IOException {
        Files.createDirectories(directory);
        requireSame(directory, description);
        int[] allClasses = description.classes().classes((count + PER_FILE - 1) / PER_FILE * PER_FILE);
        try (AutoregressiveModel prepared = model.prepared()) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(prepared, tokenizer, folderOrders));
            for (int first = 0; first < count; first += PER_FILE) {
                Path file = file(directory, first / PER_FILE);
                int begin = first;
                // A file is always whole: with more samples asked for later, it needs no other ones.
                if (!Files.isRegularFile(file)) {
                    int[] classes = Arrays.copyOfRange(allClasses, begin, begin + PER_FILE);
                    List<GeneratedImage> images = new ArrayList<>();
                    generator.generate(
                            new GenerationRequest(
                                    begin, classes, description.seed(), description.batchSize(), description.drawing()),
                            image -> {
                                images.add(image);
                                listener.progress("drawing", Math.min(count, begin + images.size()), count);
                            });
                    DrawnSamples.of(images).write(file);
                }
                listener.progress("drawing", Math.min(count, begin + PER_FILE), count);
            }
        }
        return new DrawnImages(directory, tokenizer, description.batchSize(), count);
    }

    private static void requireSame(Path directory, SampleDescription description) throws IOException {
        Path file = directory.resolve(DESCRIPTION);
        if (!Files.isRegularFile(file)) {
            AtomicFile.write(file, RecipeWriter.write(description).getBytes(StandardCharsets.UTF_8));
            return;
        }
        SampleDescription there;
        try {
            there = RecipeReader.read(file, SampleDescription.class);
        } catch (ConfigException e) {
            throw new IOException(
                    file + " must say what the samples beside it depend on, but cannot be read (" + e.getMessage()
                            + "); choose another folder",
                    e);
        }
        if (!there.equals(description)) {
            throw new IllegalArgumentException(
                    "samples go on in a folder only with the same weights, classes, drawing, seed and"
                            + " batch size, but those in " + directory + " were drawn with others (see " + DESCRIPTION
                            + " there); choose another folder");
        }
    }

    private static Path file(Path directory, int number) {
        return directory.resolve(String.format(Locale.ROOT, "samples-%05d.safetensors", number));
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public synchronized RgbImage image(int index) throws IOException {
        int number = index / PER_FILE;
        if (number != openFile) {
            DrawnSamples samples = DrawnSamples.read(file(directory, number));
            open = samples.images(tokenizer, samples.tokens().length, batchSize);
            openFile = number;
        }
        return open.get(index % PER_FILE);
    }

    @Override
    public int family(int index) {
        return index;
    }

    /** Of the tokens of all samples. */
    public String fingerprint() throws IOException {
        List<String> parts = new ArrayList<>(List.of(Integer.toString(count)));
        for (int first = 0; first < count; first += PER_FILE) {
            parts.add(Fingerprint.ofFile(file(directory, first / PER_FILE)));
        }
        return Fingerprint.of(parts.toArray(String[]::new));
    }
}
