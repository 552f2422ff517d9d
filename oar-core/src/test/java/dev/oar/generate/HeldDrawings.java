package dev.oar.generate;

import dev.oar.config.RecipeReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A drawing of every kind of order, guidance schedule and filter, by name, written as recipes write them. */
public final class HeldDrawings {
    private HeldDrawings() {}

    /**
     * The drawings.
     *
     * @param file an order in a text file
     * @param folder recorded orders
     */
    public static Map<String, Drawing> of(Path file, Path folder) {
        Map<String, Drawing> drawings = new LinkedHashMap<>();
        put(drawings, "dynamic", "order: {kind: dynamic}");
        put(
                drawings,
                "dynamic-guided",
                "order: {kind: dynamic, confidence: sampled-probability, confidence-logits: guided, order-noise: 0.3,"
                        + " cells-per-step: 3}\n"
                        + "guidance-scale: 2.3\n"
                        + "guidance-schedule: linear\n"
                        + "temperature: 1.1\n"
                        + "top-k: 9\n"
                        + "top-p: 0.93");
        put(
                drawings,
                "dynamic-spread",
                "order: {kind: dynamic, confidence: margin, order-noise: 0.5, order-noise-unit: spread}");
        put(drawings, "dynamic-greedy", "order: {kind: dynamic, confidence: max-probability, order-noise: 0}");
        put(drawings, "raster", "order: {kind: raster}");
        put(
                drawings,
                "raster-first-cells",
                "order: {kind: raster}\nguidance-scale: 3\nguidance-schedule: first-cells\nguided-cells: 5");
        put(
                drawings,
                "random",
                "order: {kind: random}\nguidance-scale: 4\nguidance-schedule: power-cosine\nguidance-power: 2.75");
        put(
                drawings,
                "random-steps",
                "order: {kind: random, steps: 5}\nguidance-scale: 1.5\nguidance-schedule: linear-ahead");
        put(drawings, "rim", "order: {kind: rim}\nguidance-scale: 2\ntemperature: 0.05");
        put(drawings, "recorded-mean", "order: {kind: recorded-mean, steps: 6}\nweight-format: bfloat16");
        put(drawings, "file", "order: {kind: file, path: '" + file + "'}");
        put(drawings, "folder", "order: {kind: file, path: '" + folder + "', steps: 7}");
        return drawings;
    }

    private static void put(Map<String, Drawing> drawings, String name, String yaml) {
        drawings.put(name, RecipeReader.parse(name, yaml, Drawing.class));
    }
}
