package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The recipe for a folder of images that has none: {@code recipes/folder.yaml} with the folder filled in, or, where a model is to be
 * fine-tuned on them, {@code recipes/base.yaml}.
 */
final class FolderRecipe {
    private static final String NAMELESS = "my-images";

    private FolderRecipe() {}

    /**
     * The recipe; it names the folder by its full path.
     *
     * @param home where recipes lie
     * @param images a folder, zip or tar
     * @throws IllegalArgumentException if there is no such folder or file
     */
    static Recipe of(Path home, Path images) throws IOException {
        return of(home, images, "folder.yaml");
    }

    /**
     * The recipe that fine-tunes a model on the images; it names folder and model by their full paths.
     *
     * @param home where recipes lie
     * @param images a folder, zip or tar, its classes among the model's
     * @throws IllegalArgumentException if there is no such folder or file
     */
    static Recipe of(Path home, Path images, ModelFolder base) throws IOException {
        Recipe recipe = of(home, images, "base.yaml");
        int imageSize = base.manifest().tokenizer().imageSize();
        return recipe.withData(
                        recipe.name(), base.manifest().licence(), recipe.data().withImageSize(imageSize))
                .withBase(FullPath.of(base.path()).toString());
    }

    private static Recipe of(Path home, Path images, String file) throws IOException {
        if (!Files.exists(images)) {
            throw new IllegalArgumentException("--images must name a folder, zip or tar of images, but there is no "
                    + images + "; check the path");
        }
        Path folder = FullPath.of(images);
        Recipe template = RecipeReader.read(home.resolve("recipes").resolve(file), Recipe.class);
        return template.withData(
                name(folder), template.licence(), template.data().withPath(folder.toString()));
    }

    /** The folder's name with nothing in it that a recipe's name may not have. */
    static String name(Path folder) {
        Path last = folder.getFileName();
        String name = (last == null ? "" : last.toString())
                .replaceFirst("(?i)\\.(zip|tar)$", "")
                .replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceAll("^[^A-Za-z0-9]+|-+$", "");
        return name.isEmpty() ? NAMELESS : name;
    }
}
