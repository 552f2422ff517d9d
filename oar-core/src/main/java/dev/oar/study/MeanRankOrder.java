package dev.oar.study;

import dev.oar.data.MeanRanks;
import dev.oar.data.TokenShards;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;

/**
 * The order of an image's class, by the mean ranks of recorded orders; mirrored where the image is flipped.
 *
 * @param ranks the mean ranks; without classes, all images have one order
 * @param tokens the training images
 */
record MeanRankOrder(MeanRanks ranks, TokenShards tokens) implements OrderSource {
    @Override
    public GenerationOrder order(long draw, int image, int view) {
        GenerationOrder order = ranks.order(ranks.classes().isEmpty() ? 0 : tokens.classIndex(image));
        return tokens.isFlipped(image, view) ? order.mirrored(tokens.grid()) : order;
    }

    @Override
    public String description() {
        StringBuilder orders = new StringBuilder("MeanRankOrder[");
        for (int classIndex = 0; classIndex <= ranks.classes().size(); classIndex++) {
            orders.append(ranks.order(classIndex));
        }
        return orders.append(", tokens=")
                .append(tokens.fingerprint())
                .append(']')
                .toString();
    }
}
