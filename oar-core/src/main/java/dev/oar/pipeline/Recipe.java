package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.config.Default;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.data.ImageFolderConfig;
import dev.oar.extract.ExtractionConfig;
import dev.oar.feature.AttributeClassifierConfig;
import dev.oar.feature.FeatureClassifierConfig;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.TransformerConfig;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * One whole experiment: from a folder of images to the report. It starts from nothing, with a tokenizer and a model trained on these
 * images, or from a base: a model folder, imported or of another run, whose any-order model is asked for orders and fine-tuned.
 *
 * <p>A base may also lend its tokenizer alone, to a transformer that is trained on these images.
 *
 * <p>The tokenizer and the feature network depend on their own seeds only, so that runs of one recipe under several seeds share
 * them and are measured in one feature space. Everything else follows {@code seed}, but for the tokens that the free-running form of
 * extraction samples: {@code extraction.seed} decides them.
 *
 * @param name name of the run and of the model it makes
 * @param description one sentence about the experiment
 * @param licence licence that weights trained on these images are given
 * @param seed seed of pretraining, fine-tuning, drawing and measuring
 * @param data the images
 * @param base a model folder to start from, relative to the recipe; instead of tokenizer, model and pretraining, or instead of the
 *     tokenizer alone
 * @param tokenizer images to tokens
 * @param features the feature network that images are compared in
 * @param attributes the classifier that tells whether images show what was asked for; only of images with attributes
 * @param model the any-order transformer
 * @param pretraining on fresh random orders
 * @param extraction of the recorded orders, under a seed of its own
 * @param finetuning on recorded orders; the control arm does the same steps on random orders
 * @param evaluation what is measured and shown
 */
public record Recipe(
        String name,
        @Default("\"\"") String description,
        @Default("unspecified") String licence,
        @Default("1") long seed,
        ImageFolderConfig data,
        Optional<String> base,
        Optional<TokenizerSection> tokenizer,
        FeatureSection features,
        Optional<AttributeSection> attributes,
        Optional<TransformerConfig> model,
        Optional<PretrainingSection> pretraining,
        @Default("{}") ExtractionConfig extraction,
        FinetuningSection finetuning,
        @Default("{}") EvaluationSection evaluation) {

    /** Where tokenizer and any-order model come from. */
    public sealed interface Start {
        /** Both are trained on the images. */
        record Scratch(TokenizerSection tokenizer, TransformerConfig model, PretrainingSection pretraining)
                implements Start {}

        /** The tokenizer is that of a model folder, imported or of another run; the transformer is trained on its tokens. */
        record OnTokenizer(String folder, TransformerConfig model, PretrainingSection pretraining) implements Start {}

        /** Both are those of a model folder. */
        record Base(String folder) implements Start {}

        /** The model folder that something is taken from, if there is one. */
        default Optional<String> folderOfBase() {
            if (this instanceof Base whole) {
                return Optional.of(whole.folder());
            }
            return this instanceof OnTokenizer tokenizer ? Optional.of(tokenizer.folder()) : Optional.empty();
        }
    }

    /**
     * How the tokenizer is made.
     *
     * @param network its sizes
     * @param loss the terms of its loss
     * @param codebookUsage when codes count as dead and are restarted
     * @param training its training
     */
    public record TokenizerSection(
            VqTokenizerConfig network,
            @Default("{}") VqLossConfig loss,
            @Default("{}") CodebookUsageConfig codebookUsage,
            TrainingConfig training) {
        /** Checks that images are large enough for the networks of the loss. */
        public TokenizerSection {
            loss.requireSide(network.imageSize());
        }

        TokenizerSection with(TrainingConfig other) {
            return new TokenizerSection(network, loss, codebookUsage, other);
        }

        TokenizerSection with(VqLossConfig other) {
            return new TokenizerSection(network, other, codebookUsage, training);
        }
    }

    /**
     * How the feature network is made.
     *
     * @param network its sizes
     * @param training its training
     */
    public record FeatureSection(FeatureClassifierConfig network, TrainingConfig training) {
        FeatureSection with(TrainingConfig other) {
            return new FeatureSection(network, other);
        }
    }

    /**
     * How the attribute classifier is made.
     *
     * @param network its sizes
     * @param training its training
     */
    public record AttributeSection(@Default("{}") AttributeClassifierConfig network, TrainingConfig training) {
        AttributeSection with(TrainingConfig other) {
            return new AttributeSection(network, other);
        }
    }

    /**
     * Training on fresh uniform random orders.
     *
     * @param classDropout fraction of samples whose class is hidden, which trains the unconditional branch
     * @param heldOutEvery steps between measurements of bits per token on test images; empty for none. The training stays what it is
     * @param training the training
     */
    public record PretrainingSection(
            @Default("0.1") double classDropout, Optional<Integer> heldOutEvery, TrainingConfig training) {
        /** Checks the numbers. */
        public PretrainingSection {
            requireShare("class-dropout", classDropout);
            heldOutEvery.ifPresent(HeldOut::requireEvery);
        }

        PretrainingSection with(TrainingConfig other) {
            return new PretrainingSection(classDropout, heldOutEvery, other);
        }

        /** What the trained weights depend on. */
        PretrainingSection decisive() {
            return new PretrainingSection(classDropout, Optional.empty(), training);
        }
    }

    /**
     * Further training on recorded orders, and of the control on random ones.
     *
     * @param randomShare fraction of uniform random orders among the recorded ones, rho; 0 = the paper's pure form
     * @param classDropout fraction of samples whose class is hidden
     * @param heldOutEvery steps between measurements of bits per token on test images; empty for none. The training stays what it is
     * @param training the training, the same for both arms
     * @param contextNoise how often a token that the model is told is that of a random cell of the same image instead, in both arms
     * @param distilledOrders how many orders the recorded ones are distilled into, of which each image is learnt in the nearest; absent:
     *     each in its own
     */
    @Keys({"random-share", "class-dropout", "held-out-every", "training"})
    public record FinetuningSection(
            @Default("0.5") double randomShare,
            @Default("0.1") double classDropout,
            Optional<Integer> heldOutEvery,
            TrainingConfig training,
            @Default("0") double contextNoise,
            Optional<Integer> distilledOrders) {
        /** Checks the numbers. */
        public FinetuningSection {
            requireShare("context-noise", contextNoise);
            distilledOrders.ifPresent(count -> Require.that(
                    count >= 1,
                    "distilled-orders must be at least 1, but is %s; leave it out to learn each image in its own",
                    count));
            requireShare("random-share", randomShare);
            requireShare("class-dropout", classDropout);
            heldOutEvery.ifPresent(HeldOut::requireEvery);
        }

        FinetuningSection with(TrainingConfig other) {
            return new FinetuningSection(randomShare, classDropout, heldOutEvery, other, contextNoise, distilledOrders);
        }
    }

    /** Checks that the sections fit together. */
    public Recipe {
        if (name.isBlank() || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "a recipe's name is used for folders and may hold letters, digits, dots, dashes"
                            + " and underscores, but is '" + name + "'; choose for example quickstart");
        }
        if (attributes.isPresent() && data.attributeColumns().isEmpty()) {
            throw new IllegalArgumentException("attributes needs images with attributes, but data names no"
                    + " attribute-columns; name them, or take attributes out");
        }
        model.flatMap(TransformerConfig::captions).ifPresent(Recipe::requireEncoder);
        Start start = start(base, tokenizer, model, pretraining);
        Require.that(
                data.codes().isEmpty() || base.isPresent(),
                "data.codes were made by a tokenizer that exists, but this recipe has no base; name the model folder of"
                        + " that tokenizer under base");
        if (start instanceof Start.Scratch scratch
                && data.imageSize() != scratch.tokenizer().network().imageSize()) {
            throw new IllegalArgumentException("data and tokenizer must have one image-size, but data has "
                    + data.imageSize() + " and tokenizer.network has "
                    + scratch.tokenizer().network().imageSize() + "; change one of them");
        }
    }

    /** Where tokenizer and any-order model come from. */
    public Start start() {
        return start(base, tokenizer, model, pretraining);
    }

    private static Start start(
            Optional<String> base,
            Optional<TokenizerSection> tokenizer,
            Optional<TransformerConfig> model,
            Optional<PretrainingSection> pretraining) {
        boolean any = tokenizer.isPresent() || model.isPresent() || pretraining.isPresent();
        if (base.isPresent() && !any) {
            return new Start.Base(base.get());
        }
        if (base.isEmpty() && tokenizer.isPresent() && model.isPresent() && pretraining.isPresent()) {
            return new Start.Scratch(tokenizer.get(), model.get(), pretraining.get());
        }
        if (base.isPresent() && tokenizer.isEmpty() && model.isPresent() && pretraining.isPresent()) {
            return new Start.OnTokenizer(base.get(), model.get(), pretraining.get());
        }
        throw new IllegalArgumentException(
                "a recipe has a base, or a base for its tokenizer with model and pretraining,"
                        + " or all of tokenizer, model and pretraining, but this one has "
                        + (base.isPresent()
                                ? "a base and some of the others"
                                : any ? "only some of the last three" : "none of them")
                        + "; name a model folder under base, or describe what is to be trained");
    }

    /** The same experiment on other images. */
    public Recipe withData(String newName, String newLicence, ImageFolderConfig images) {
        return new Recipe(
                newName,
                description,
                newLicence,
                seed,
                images,
                base,
                tokenizer,
                features,
                attributes,
                model,
                pretraining,
                extraction,
                finetuning,
                evaluation);
    }

    /** The same experiment on another base. */
    public Recipe withBase(String folder) {
        return new Recipe(
                name,
                description,
                licence,
                seed,
                data,
                Optional.of(folder),
                Optional.empty(),
                features,
                attributes,
                Optional.empty(),
                Optional.empty(),
                extraction,
                finetuning,
                evaluation);
    }

    /** The same experiment with the tokenizer of a model folder at another place. */
    Recipe withTokenizerOf(String folder) {
        return new Recipe(
                name,
                description,
                licence,
                seed,
                data,
                Optional.of(folder),
                tokenizer,
                features,
                attributes,
                model,
                pretraining,
                extraction,
                finetuning,
                evaluation);
    }

    /** The same experiment with another tokenizer and another any-order transformer, for one that trains them. */
    Recipe withNetworks(Optional<TokenizerSection> trained, Optional<TransformerConfig> transformer) {
        return new Recipe(
                name,
                description,
                licence,
                seed,
                data,
                base,
                trained,
                features,
                attributes,
                transformer,
                pretraining,
                extraction,
                finetuning,
                evaluation);
    }

    /** The same experiment under another seed. */
    public Recipe withSeed(long newSeed) {
        return new Recipe(
                name,
                description,
                licence,
                newSeed,
                data,
                base,
                tokenizer,
                features,
                attributes,
                model,
                pretraining,
                extraction,
                finetuning,
                evaluation);
    }

    /**
     * The same experiment with other trainings and another extraction.
     *
     * @param trainings makes a training of the name of its section and what it is now
     * @param extractions makes an extraction of what it is now
     */
    Recipe withMachineSettings(
            BiFunction<String, TrainingConfig, TrainingConfig> trainings, UnaryOperator<ExtractionConfig> extractions) {
        return new Recipe(
                name,
                description,
                licence,
                seed,
                data,
                base,
                tokenizer.map(section -> section.with(trainings.apply("tokenizer", section.training()))),
                features.with(trainings.apply("features", features.training())),
                attributes.map(section -> section.with(trainings.apply("attributes", section.training()))),
                model,
                pretraining.map(section -> section.with(trainings.apply("pretraining", section.training()))),
                extractions.apply(extraction),
                finetuning.with(trainings.apply("finetuning", finetuning.training())),
                evaluation);
    }

    /** The fraction of random orders an arm is fine-tuned with; the control knows nothing else. */
    double randomShare(Arm arm) {
        return switch (arm) {
            case SPECIALISED -> finetuning.randomShare();
            case CONTROL -> 1;
            case ANY_ORDER, RASTER ->
                throw new IllegalArgumentException("a recipe fine-tunes " + Arm.SPECIALISED.label() + " and "
                        + Arm.CONTROL.label() + ", but this is " + arm.label());
        };
    }

    private static void requireEncoder(CaptionConditioning captions) {
        if (captions.frozen().isPresent() && captions.frozen().get().source().isEmpty()) {
            throw new IllegalArgumentException(
                    "a recipe that trains a model with a frozen text encoder must say where that"
                            + " is, but conditioning.encoder has no source; name a folder or hf://OWNER/REPO, or use {kind: learned}");
        }
    }

    private static void requireShare(String key, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(key + " must lie in 0 .. 1, but is " + share);
        }
    }
}
