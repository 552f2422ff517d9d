package dev.oar.spark;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.testing.TinyModelFolder;
import dev.oar.testing.TinyNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.bytedeco.pytorch.global.torch;

/** Two executors on this machine, and a tiny model with images and a recipe for them. */
final class Cluster {
    private static final int SIDE = 8;

    private Cluster() {}

    /** Settings of two executors with one core each, which see the tests' own class path. */
    static SparkConf settings() {
        return new SparkConf()
                .setMaster("local-cluster[2,1,1024]")
                .setAppName("tests of oar")
                .set("spark.executor.memory", "512m")
                .set("spark.ui.enabled", "false")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set(
                        "spark.executor.extraJavaOptions",
                        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.bytedeco.javacpp.nopointergc=true"
                                + " -Doar.blas=openblas -Doar.threads=1 \"-Doar.cachedir="
                                + System.getProperty("oar.cachedir") + "\"");
    }

    /** A model of random weights. */
    static Path model(Path folder) throws IOException {
        Path model = folder.resolve("model");
        if (!Files.exists(model)) {
            TinyModelFolder.write(model);
            try (FeatureClassifier features = TinyNetworks.features()) {
                FeatureFiles.write(model, features, torch.ScalarType.Float);
            }
        }
        return model;
    }

    /** Noise in two classes. */
    static Path images(Path folder, int perClass) throws IOException {
        Path images = folder.resolve("images");
        for (String name : List.of("cats", "dogs")) {
            Files.createDirectories(images.resolve(name));
            for (int i = 0; i < perClass; i++) {
                CounterRandom random = CounterRandom.of(i, name);
                byte[] rgb = new byte[SIDE * SIDE * 3];
                for (int j = 0; j < rgb.length; j++) {
                    rgb[j] = (byte) random.integer(256, j);
                }
                Files.write(images.resolve(name).resolve(i + ".png"), PngFile.encode(new RgbImage(SIDE, SIDE, rgb)));
            }
        }
        return images;
    }

    /** A recipe that takes tokenizer and transformer of the model; seven eighths of the images are trained on. */
    static Path recipe(Path folder, String extraction) throws IOException {
        Path recipe = folder.resolve("recipe.yaml");
        Files.writeString(recipe, """
                name: tiny
                seed: 3
                data: {path: images, image-size: 8, test-fraction: 0.125, flip: true}
                base: model
                features:
                  network: {channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0.1, label-smoothing: 0.1}
                  training: {precision: float32, steps: 6, batch-size: 4, learning-rate: 0.002, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2}
                extraction: %s
                finetuning:
                  training: {precision: float32, steps: 4, batch-size: 4, learning-rate: 0.001, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2}
                """.formatted(extraction));
        return recipe;
    }

    /** The bytes of all files of a folder by their names, but for what tells when a stage was run. */
    static Map<String, String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("stage.json"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
            Map<String, String> contents = new TreeMap<>();
            for (Path file : all) {
                contents.put(folder.relativize(file).toString(), Fingerprint.ofFile(file));
            }
            return contents;
        }
    }

    /** The executors' processes, which are the only children of this one that run Java. */
    static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .toList();
    }
}
