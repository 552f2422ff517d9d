package dev.oar.pipeline;

import dev.oar.data.TokenShards;
import dev.oar.evaluate.TokenSet;

/** Token shards as a measurable set: each image as it is, not flipped. */
record ShardTokens(TokenShards shards) implements TokenSet {
    @Override
    public int count() {
        return shards.count();
    }

    @Override
    public int[] tokens(int index) {
        return shards.tokens(index, 0);
    }

    @Override
    public int classIndex(int index) {
        return shards.classIndex(index);
    }

    @Override
    public int family(int index) {
        return shards.family(index);
    }
}
