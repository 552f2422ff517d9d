package dev.oar.estimate;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.artifact.PublicModel;
import dev.oar.benchmark.ModelShape;
import dev.oar.benchmark.TransformerCost;
import dev.oar.model.BlockSizes;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.pipeline.Recipe;
import dev.oar.tokenizer.TokenizerConfig;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sizes that a recipe's cost follows from.
 *
 * @param recipe the recipe
 * @param tokenizer the tokenizer, trained by the recipe or taken from its base
 * @param model the any-order transformer, trained by the recipe or taken from its base
 * @param data how many images there are
 * @param notes what was assumed, a sentence each
 */
public record RecipeSizes(
        Recipe recipe, VqTokenizerConfig tokenizer, TransformerConfig model, DataCounts data, List<String> notes) {
    /** Copies the notes. */
    public RecipeSizes {
        notes = List.copyOf(notes);
    }

    /** Tokenizer and transformer of a base. */
    private record Base(TokenizerConfig tokenizer, ModelConfig transformer, int classes) {}

    /**
     * The sizes of a recipe. Those of a base are read from its folder; where that is not there and is named like a published model, from what
     * is known of that.
     *
     * @param baseDirectory what relative paths in the recipe start from
     * @param images how many images there are; empty: as many as the data set has
     * @throws IllegalArgumentException if something is missing, or a network is of a kind whose cost is unknown
     */
    public static RecipeSizes of(Recipe recipe, Path baseDirectory, OptionalLong images) throws IOException {
        List<String> notes = new ArrayList<>();
        DataCounts data = DataCounts.of(recipe.data(), baseDirectory, images);
        Recipe.Start start = recipe.start();
        if (start instanceof Recipe.Start.Scratch scratch) {
            return new RecipeSizes(recipe, scratch.tokenizer().network(), scratch.model(), data, notes);
        }
        Base base = base(baseDirectory.resolve(start.folderOfBase().orElseThrow()), notes);
        ModelConfig model = start instanceof Recipe.Start.OnTokenizer own ? own.model() : base.transformer();
        if (base.tokenizer() instanceof VqTokenizerConfig tokenizer && model instanceof TransformerConfig transformer) {
            int classes = start instanceof Recipe.Start.Base ? base.classes() : data.classes();
            DataCounts counts = new DataCounts(data.train(), data.test(), classes, data.source());
            return new RecipeSizes(recipe, tokenizer, transformer, counts, notes);
        }
        throw new IllegalArgumentException(
                "an estimate knows what any-order transformers with a tokenizer like LlamaGen's"
                        + " cost, but the base " + start.folderOfBase().orElseThrow()
                        + " is of another kind; name such a model");
    }

    private static Base base(Path folder, List<String> notes) throws IOException {
        if (Files.isRegularFile(folder.resolve(ModelFolder.MANIFEST))) {
            ModelManifest manifest = ModelFolder.open(folder).manifest();
            return new Base(
                    manifest.tokenizer(),
                    manifest.transformer(),
                    manifest.classes().size());
        }
        String name = String.valueOf(folder.getFileName());
        if (!PublicModel.names().contains(name)) {
            throw new IllegalArgumentException("the sizes of a base are read from its folder, but there is no model at "
                    + folder + "; make it, or name the folder like the published model that it will hold, one of "
                    + String.join(", ", PublicModel.names()));
        }
        PublicModel known = PublicModel.named(name);
        notes.add("there is no model at " + folder + " yet; its sizes are those of the published " + name);
        return new Base(known.tokenizer(), known.transformer(), known.classes().size());
    }

    /** What the transformer predicts. */
    TokenSpace space() {
        return new TokenSpace(tokenizer.grid(), tokenizer.codebookSize(), data.classes());
    }

    /** The transformer to be timed with so many layers, drawing from classes: captions change the cost of the blocks little. */
    ModelShape shape(int layers) {
        BlockSizes own = model.blocks();
        BlockSizes blocks = new BlockSizes(
                own.width(),
                layers,
                own.heads(),
                own.keyValueHeads(),
                own.feedForwardFactor(),
                own.feedForwardMultipleOf(),
                own.normEpsilon(),
                own.ropeBase());
        return new ModelShape(
                recipe.name(),
                new TransformerConfig(model.formulation(), blocks, model.dropouts(), Optional.empty()),
                space());
    }

    /** What the transformer's passes cost. */
    TransformerCost cost() {
        return new TransformerCost(model, space());
    }
}
