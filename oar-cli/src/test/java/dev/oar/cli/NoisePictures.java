package dev.oar.cli;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures of noise in two classes of the bundled model, and its recipe on them. */
final class NoisePictures {
    private static final int SIDE = 64;

    private NoisePictures() {}

    /** Writes so many pictures of each class to the folder {@code images} of a folder. */
    static void write(Path folder, int perClass) throws IOException {
        for (String name : new String[] {"flags", "symbols"}) {
            Path directory = Files.createDirectories(folder.resolve("images").resolve(name));
            for (int i = 0; i < perClass; i++) {
                CounterRandom random = CounterRandom.of(i, name);
                byte[] rgb = new byte[SIDE * SIDE * 3];
                for (int at = 0; at < rgb.length; at++) {
                    rgb[at] = (byte) random.bits(at);
                }
                Files.write(directory.resolve(i + ".png"), PngFile.encode(new RgbImage(SIDE, SIDE, rgb)));
            }
        }
    }

    /** Writes the bundled recipe on the pictures of a folder beside them. */
    static Path recipe(Path folder, double testFraction) throws IOException {
        String bundled = Files.readString(Path.of("../recipes/noto-emoji-64.yaml"));
        String own = bundled.replaceAll(
                "(?s)\ndata:.*?\n\n",
                "\ndata: {path: images, image-size: " + SIDE + ", test-fraction: " + testFraction + "}\n\n");
        return Files.writeString(folder.resolve("recipe-" + testFraction + ".yaml"), own);
    }
}
