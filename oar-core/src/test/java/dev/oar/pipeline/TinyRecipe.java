package dev.oar.pipeline;

import dev.oar.config.RecipeReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.tokenizer.VqLossConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A recipe that runs in seconds, on pictures made for it. */
final class TinyRecipe {
    /** The stages of its run: neither that of attributes, which its images have none of, nor that of a perceptual loss, nor those of studies. */
    static final Set<StageName> STAGES = Collections.unmodifiableSet(EnumSet.complementOf(
            EnumSet.of(StageName.PERCEPTUAL_FEATURES, StageName.ATTRIBUTES, StageName.DRAWING, StageName.ORDERS)));

    private TinyRecipe() {}

    /** Writes discs and bars of random colour as PNG files in two class folders. */
    static Path images(Path folder, int perClass) throws IOException {
        for (String name : new String[] {"bars", "discs"}) {
            Files.createDirectories(folder.resolve(name));
            for (int i = 0; i < perClass; i++) {
                CounterRandom random = CounterRandom.of(i, name);
                Files.write(folder.resolve(name).resolve(i + ".png"), PngFile.encode(picture(name, random)));
            }
        }
        return folder;
    }

    /** Describes images by attributes: their class, and whether their number is even. */
    static Path described(Path images, int perClass) throws IOException {
        List<String> rows = new ArrayList<>(List.of("file_name,class,shape,number"));
        for (String name : new String[] {"bars", "discs"}) {
            for (int i = 0; i < perClass; i++) {
                rows.add(name + "/" + i + ".png," + name + "," + name + "," + (i % 2 == 0 ? "even" : "odd"));
            }
        }
        Files.write(images.resolve("metadata.csv"), rows);
        return images;
    }

    private static RgbImage picture(String name, CounterRandom random) {
        int width = 16 + random.integer(9, 1);
        int height = 16 + random.integer(9, 2);
        byte[] rgb = new byte[width * height * 3];
        double radius = 3 + random.integer(5, 3);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = name.equals("bars")
                        ? (x + random.integer(8, 4)) / 4 % 2 == 0
                        : Math.hypot(x - width / 2.0, y - height / 2.0) < radius;
                for (int c = 0; c < 3; c++) {
                    rgb[(y * width + x) * 3 + c] = (byte) (inside ? random.integer(256, 10 + c) : 255);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** The recipe on these images. */
    static Recipe of(Path images, String formulation) {
        return of(images, formulation, "", "");
    }

    /**
     * The recipe on images that are {@link #described}.
     *
     * @param heldOutPairs as YAML, such as {@code [{shape: discs, number: odd}]}
     */
    static Recipe withAttributes(Path images, String formulation, String heldOutPairs) {
        return of(images, formulation, ", attribute-columns: [shape, number], held-out-pairs: " + heldOutPairs, """
                attributes:
                  network: {channels: [8, 8], norm-groups: 4}
                  training: {precision: float32, steps: 6, batch-size: 4, learning-rate: 0.002, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2}
                """);
    }

    private static Recipe of(Path images, String formulation, String ofData, String sections) {
        return RecipeReader.parse(
                "tiny.yaml", """
                name: tiny
                seed: 3
                data: {path: %s, image-size: 16, test-fraction: 0.25, flip: true%s}
                tokenizer:
                  network:
                    image-size: 16
                    base-channels: 8
                    channel-multipliers: [1, 1, 1]
                    residual-blocks: 1
                    z-channels: 8
                    codebook-size: 16
                    codebook-width: 4
                    attention: none
                    norm-groups: 4
                  training: {precision: float32, steps: 6, batch-size: 4, learning-rate: 0.002, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2, ema-decay: 0.5}
                features:
                  network: {channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0.1, label-smoothing: 0.1}
                  training: {precision: float32, steps: 6, batch-size: 4, learning-rate: 0.002, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2}
                model: {formulation: %s, width: 16, layers: 2, heads: 2, feed-forward-multiple-of: 16}
                pretraining:
                  training: {precision: float32, steps: 6, batch-size: 4, learning-rate: 0.002, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2, ema-decay: 0.5}
                extraction: {batch-size: 4, images-per-shard: 8}
                finetuning:
                  training: {precision: float32, steps: 4, batch-size: 4, learning-rate: 0.001, schedule: {kind: constant, warm-up-steps: 0}, checkpoint-every: 2}
                evaluation: {samples: 8, shown: 2, batch-size: 4, random-orders: 1, subsamples: 2}
                """.formatted(images.toAbsolutePath(), ofData, formulation) + sections, Recipe.class);
    }

    /** The same recipe with another loss of its tokenizer. */
    static Recipe withTokenizerLoss(Recipe recipe, VqLossConfig loss) {
        return recipe.withNetworks(recipe.tokenizer().map(section -> section.with(loss)), recipe.model());
    }

    /** The same recipe with another tokenizer. */
    static Recipe withTokenizerSeed(Recipe recipe, long seed) {
        Recipe.TokenizerSection section = recipe.tokenizer().orElseThrow();
        return new Recipe(
                recipe.name(),
                recipe.description(),
                recipe.licence(),
                recipe.seed(),
                recipe.data(),
                recipe.base(),
                Optional.of(new Recipe.TokenizerSection(
                        section.network(),
                        section.loss(),
                        section.codebookUsage(),
                        section.training().withSeed(seed))),
                recipe.features(),
                recipe.attributes(),
                recipe.model(),
                recipe.pretraining(),
                recipe.extraction(),
                recipe.finetuning(),
                recipe.evaluation());
    }

    /** The same recipe on the tokenizer of a model folder instead of one of its own. */
    static Recipe onTokenizerOf(Recipe recipe, Path model) {
        return new Recipe(
                recipe.name(),
                recipe.description(),
                recipe.licence(),
                recipe.seed(),
                recipe.data(),
                Optional.of(model.toString()),
                Optional.empty(),
                recipe.features(),
                recipe.attributes(),
                recipe.model(),
                recipe.pretraining(),
                recipe.extraction(),
                recipe.finetuning(),
                recipe.evaluation());
    }
}
