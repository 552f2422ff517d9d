package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.config.Default;
import dev.oar.data.ImageFolderConfig;
import dev.oar.evaluate.FeatureClassifierConfig;
import dev.oar.extract.ExtractionConfig;
import dev.oar.model.TransformerConfig;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.train.TrainingConfig;

/**
 * One whole experiment: from a folder of images to the report.
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
 * @param tokenizer images to tokens
 * @param features the feature network that images are compared in
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
        TokenizerSection tokenizer,
        FeatureSection features,
        TransformerConfig model,
        PretrainingSection pretraining,
        @Default("{}") ExtractionConfig extraction,
        FinetuningSection finetuning,
        @Default("{}") EvaluationSection evaluation) {

    /**
     * How the tokenizer is made.
     *
     * @param network its sizes
     * @param loss weights of the terms of its loss
     * @param codebookUsage when codes count as dead and are restarted
     * @param training its training
     */
    public record TokenizerSection(
            VqTokenizerConfig network,
            @Default("{}") VqLossConfig loss,
            @Default("{}") CodebookUsageConfig codebookUsage,
            TrainingConfig training) {}

    /**
     * How the feature network is made.
     *
     * @param network its sizes
     * @param training its training
     */
    public record FeatureSection(FeatureClassifierConfig network, TrainingConfig training) {}

    /**
     * Training on fresh uniform random orders.
     *
     * @param classDropout share of samples whose class is hidden, which trains the unconditional branch
     * @param training the training
     */
    public record PretrainingSection(@Default("0.1") double classDropout, TrainingConfig training) {
        /** Checks the share. */
        public PretrainingSection {
            requireShare("class-dropout", classDropout);
        }
    }

    /**
     * Further training on recorded orders, and of the control on random ones.
     *
     * @param randomShare share of uniform random orders among the recorded ones, rho; 0 = the paper's pure form
     * @param classDropout share of samples whose class is hidden
     * @param training the training, the same for both arms
     */
    public record FinetuningSection(
            @Default("0.5") double randomShare,
            @Default("0.1") double classDropout,
            TrainingConfig training) {
        /** Checks the shares. */
        public FinetuningSection {
            requireShare("random-share", randomShare);
            requireShare("class-dropout", classDropout);
        }
    }

    /** Checks that the sections fit together. */
    public Recipe {
        if (name.isBlank() || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "a recipe's name is used for folders and may hold letters, digits, dots, dashes"
                            + " and underscores, but is '" + name + "'; choose for example quickstart");
        }
        if (model.captions().isPresent()) {
            throw new IllegalArgumentException(
                    "model must be conditioned on classes, which the image folders of a recipe"
                            + " give, but its conditioning is caption; leave it out, or train on captions from the library");
        }
        if (data.imageSize() != tokenizer.network().imageSize()) {
            throw new IllegalArgumentException("data and tokenizer must have one image-size, but data has "
                    + data.imageSize() + " and tokenizer.network has "
                    + tokenizer.network().imageSize() + "; change one of them");
        }
    }

    /** The same experiment on other images. */
    public Recipe withData(String newName, String newLicence, ImageFolderConfig images) {
        return new Recipe(
                newName,
                description,
                newLicence,
                seed,
                images,
                tokenizer,
                features,
                model,
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
                tokenizer,
                features,
                model,
                pretraining,
                extraction,
                finetuning,
                evaluation);
    }

    /** The share of random orders an arm is fine-tuned with; the control knows nothing else. */
    double randomShare(Arm arm) {
        return arm == Arm.SPECIALISED ? finetuning.randomShare() : 1;
    }

    private static void requireShare(String key, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(key + " must lie in 0 .. 1, but is " + share);
        }
    }
}
