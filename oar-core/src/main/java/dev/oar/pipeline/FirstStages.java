package dev.oar.pipeline;

import java.io.IOException;
import java.util.Optional;

/**
 * The stages that come before any order is extracted, the same for a run and for all arms of a study.
 *
 * @param tokenizer trained, or of a base
 * @param tokens of all images
 * @param features the network that images are compared in
 * @param attributes the classifier of attributes, if the recipe has one
 * @param pretraining the any-order model, trained or of a base
 */
record FirstStages(
        TokenizerStage tokenizer,
        TokensStage tokens,
        FeaturesStage features,
        Optional<AttributesStage> attributes,
        AnyOrderStage pretraining) {
    /** The stages of a recipe. */
    static FirstStages of(RunContext context) throws IOException {
        Recipe.Start start = context.recipe().start();
        TokenizerStage tokenizer;
        if (start instanceof Recipe.Start.Scratch scratch) {
            tokenizer = new TrainedTokenizerStage(
                    context,
                    scratch.tokenizer(),
                    PerceptualNetwork.of(context, scratch.tokenizer().loss()));
        } else {
            tokenizer = new BaseTokenizerStage(
                    context, context.base(start.folderOfBase().orElseThrow()));
        }
        TokensStage tokens = new TokensStage(context, tokenizer);
        return new FirstStages(
                tokenizer,
                tokens,
                FeaturesStage.measuring(context),
                context.recipe().attributes().map(section -> new AttributesStage(context, section)),
                pretraining(context, start, tokens));
    }

    private static AnyOrderStage pretraining(RunContext context, Recipe.Start start, TokensStage tokens)
            throws IOException {
        if (start instanceof Recipe.Start.Base base) {
            return new BaseModelStage(context, context.base(base.folder()).requireAnyOrder(), tokens);
        }
        if (start instanceof Recipe.Start.OnTokenizer own) {
            return new PretrainingStage(context, own.model(), own.pretraining(), tokens);
        }
        Recipe.Start.Scratch scratch = (Recipe.Start.Scratch) start;
        return new PretrainingStage(context, scratch.model(), scratch.pretraining(), tokens);
    }
}
