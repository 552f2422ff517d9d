package dev.oar.testing;

import dev.oar.feature.AttributeClassifier;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A data set of rectangles whose colour and side are attributes: {@code metadata.csv} describes each image. */
public final class DrawnRectangles {
    /** Side of the images in pixels. */
    public static final int SIZE = 8;

    /** The colours, sorted. */
    public static final List<String> COLOURS = List.of("blue", "green", "red");

    /** The sides, sorted. */
    public static final List<String> SIDES = List.of("left", "right");

    private DrawnRectangles() {}

    /** Writes images and table; image {@code i} has colour {@code i % 3} and side {@code i / 3 % 2}, all in one class. */
    public static Path write(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        List<String> rows = new ArrayList<>(List.of("file_name,class,colour,side"));
        for (int i = 0; i < count; i++) {
            int colour = i % COLOURS.size();
            int side = i / COLOURS.size() % SIDES.size();
            String name = String.format("%04d.png", i);
            Files.write(folder.resolve(name), PngFile.encode(picture(i, colour, side)));
            rows.add(name + ",rectangle," + COLOURS.get(colour) + "," + SIDES.get(side));
        }
        Files.write(folder.resolve("metadata.csv"), rows);
        return folder;
    }

    /** Gives a classifier whose heads are fresh, and so tell nothing apart, heads that do: random ones, a function of the seed. */
    public static void fillHeads(AttributeClassifier classifier, long seed) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            Tensor heads = classifier.weights().get("heads.weight");
            var unused = heads.copy_(Tensors.normal(seed, heads.shape()));
        }));
    }

    /** A rectangle of some height in one half of a grey, noisy picture. */
    public static RgbImage picture(long seed, int colour, int side) {
        CounterRandom random = CounterRandom.of(seed, "rectangle");
        int top = random.integer(4, 0);
        byte[] rgb = new byte[SIZE * SIZE * 3];
        for (int i = 0; i < rgb.length; i++) {
            int row = i / 3 / SIZE;
            int column = i / 3 % SIZE;
            boolean inside = row >= top && row < top + 5 && column / (SIZE / 2) == side;
            int bright = i % 3 == COLOURS.size() - 1 - colour ? 220 : 20;
            rgb[i] = (byte) ((inside ? bright : 110) + random.derive(1).integer(30, i));
        }
        return new RgbImage(SIZE, SIZE, rgb);
    }
}
