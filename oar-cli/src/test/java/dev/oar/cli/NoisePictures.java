package dev.oar.cli;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pictures of noise in two classes of the bundled model, and its recipe on them. */
final class NoisePictures {
    private static final int SIDE = 64;
    private static final int FACE_SIDE = 32;

    private NoisePictures() {}

    /** Writes so many pictures of each class to the folder {@code images} of a folder. */
    static void write(Path folder, int perClass) throws IOException {
        for (String name : List.of("flags", "symbols")) {
            write(folder.resolve("images").resolve(name), perClass, SIDE);
        }
    }

    private static void write(Path directory, int count, int side) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < count; i++) {
            CounterRandom random = CounterRandom.of(i, String.valueOf(directory.getFileName()));
            byte[] rgb = new byte[side * side * 3];
            for (int at = 0; at < rgb.length; at++) {
                rgb[at] = (byte) random.bits(at);
            }
            Files.write(directory.resolve(i + ".png"), PngFile.encode(new RgbImage(side, side, rgb)));
        }
    }

    /** Writes so many pictures with captions of two classes of the bundled model that draws from captions, and a recipe on them. */
    static Path captioned(Path folder, int perClass) throws IOException {
        Path images = folder.resolve("images");
        StringBuilder table = new StringBuilder("file_name,class,caption\n");
        for (String name : List.of("beard", "hat")) {
            write(images.resolve(name), perClass, FACE_SIDE);
            for (int i = 0; i < perClass; i++) {
                table.append(
                        name + "/" + i + ".png," + name + ",a person with a " + name + " and shirt " + i % 3 + "\n");
            }
        }
        Files.writeString(images.resolve("metadata.csv"), table);
        String bundled = Files.readString(Path.of("../recipes/avatars-32.yaml"));
        String own = bundled.replaceAll(
                        "(?s)\ndata:.*?\n\n",
                        "\ndata: {path: images, image-size: " + FACE_SIDE + ", test-fraction: 0.5}\n\n")
                .replaceAll("(?s)\nattributes:.*?\n\n", "\n");
        return Files.writeString(folder.resolve("captioned.yaml"), own);
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
