package dev.oar.scene;

import dev.oar.file.AtomicFile;
import dev.oar.image.PngFile;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Writes drawn scenes as a folder that recipes read: PNG files, and {@value #TABLE} with the columns {@code file_name}, {@code class} (the
 * time of day), {@code caption}, one for each variable of the scene, and {@code bits}, the length of the picture's best code.
 */
public final class SceneFolder {
    /** The name of the table. */
    public static final String TABLE = "metadata.csv";

    private SceneFolder() {}

    /**
     * Draws scenes into a folder. The same arguments give the same bytes.
     *
     * @param count how many, at least 1
     * @param done told after every picture how many there are
     * @throws IllegalArgumentException if there is to be none
     */
    public static void write(SceneGenerator generator, Path folder, int count, long seed, IntConsumer done)
            throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("a folder of scenes needs at least 1 picture, but is to have " + count);
        }
        CounterRandom random = CounterRandom.of(seed, "scenes");
        List<String> lines = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            SceneGenerator.Drawn drawn = generator.draw(random.derive(number));
            String name = String.format(Locale.ROOT, "scene-%06d.png", number);
            AtomicFile.write(folder.resolve(name), PngFile.encode(generator.picture(drawn.tokens())));
            if (number == 0) {
                lines.add("file_name,class,caption,"
                        + String.join(",", drawn.scene().attributes().keySet()) + ",bits");
            }
            lines.add(line(name, drawn, generator.distribution().bits(drawn.tokens())));
            done.accept(number + 1);
        }
        lines.add("");
        AtomicFile.write(folder.resolve(TABLE), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static String line(String name, SceneGenerator.Drawn drawn, double bits) {
        Scene scene = drawn.scene();
        return String.join(
                        ",",
                        name,
                        Scene.word(scene.time()),
                        scene.caption(),
                        String.join(",", scene.attributes().values()))
                + String.format(Locale.ROOT, ",%.6f", bits);
    }
}
