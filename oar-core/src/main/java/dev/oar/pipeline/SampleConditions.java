package dev.oar.pipeline;

import dev.oar.data.FamilySampler;
import dev.oar.data.ImageFolder;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.measure.ClassShares;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the samples of an evaluation are asked to be, the same for all models that are compared. */
final class SampleConditions {
    private final RunContext context;
    private final TokensStage tokens;

    SampleConditions(RunContext context, TokensStage tokens) {
        this.context = context;
        this.tokens = tokens;
    }

    /**
     * What every sample is drawn from: the caption of a test image, or a class, in the classes' shares of the test images. Families weigh
     * the same.
     */
    int[] all() throws IOException {
        if (!context.drawsFromCaptions()) {
            return classes();
        }
        TokenShards test = tokens.tokens(Split.TEST);
        return Arrays.stream(images()).map(test::condition).toArray();
    }

    /** For models that draw from captions: the place of the test image whose caption each sample was drawn from. */
    int[] images() throws IOException {
        FamilySampler images = new FamilySampler(
                tokens.tokens(Split.TEST).families(), context.recipe().seed());
        return IntStream.range(0, context.recipe().evaluation().samples())
                .map(images::image)
                .toArray();
    }

    /** What every sample was asked to be, in words: its caption or the name of its class. */
    List<String> names() throws IOException {
        ImageFolder images = context.images();
        if (!context.drawsFromCaptions()) {
            return Arrays.stream(classes())
                    .mapToObj(index -> images.classes().get(index))
                    .toList();
        }
        int[] test = images.indices(Split.TEST);
        return Arrays.stream(images())
                .mapToObj(place -> images.images().get(test[place]).caption())
                .toList();
    }

    private int[] classes() throws IOException {
        return ClassShares.of(
                        MeasuredTokens.of(tokens.tokens(Split.TEST)),
                        context.images().classes().size())
                .classes(context.recipe().evaluation().samples());
    }
}
