package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Weights;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** One token per class, a row of a table; its last row stands for no class. */
final class ClassToken implements ConditionPrefix {
    static final String TABLE = "cls_embedding.embedding_table.weight";

    private final TokenSpace space;
    private final Weights weights;

    /** Uses the weights of the transformer around it. */
    ClassToken(TokenSpace space, Weights weights) {
        this.space = space;
        this.weights = weights;
    }

    static Map<String, long[]> shapes(BlockConfig config, TokenSpace space) {
        return Map.of(TABLE, new long[] {space.classCount() + 1L, config.width()});
    }

    @Override
    public int length() {
        return 1;
    }

    @Override
    public void require(int[] conditions) {
        space.requireConditions(conditions);
    }

    @Override
    public Tensor embed(Tensor conditions) {
        return Operations.embedding(weights.get(TABLE), conditions).unsqueeze(1);
    }
}
