package dev.oar.model;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * How cells are asked for and tokens are told: which sequence stands for a set of committed cells. The trunk and the decoding
 * state know nothing of it.
 */
sealed interface CellFormulation permits PositionInstruction, DualPosition {
    /** Names and shapes of the weights this formulation adds. */
    Map<String, long[]> shapes();

    /** The number of positions that the committed sequence grows by per cell. */
    int positionsPerCell();

    /**
     * The sequence of whole images behind the condition's tokens, for training.
     *
     * @param tokens {@code [batch, cells]}, raster order
     * @param orders {@code [batch, cells]}
     */
    SequenceInputs training(Tensor tokens, Tensor orders);

    /**
     * The hidden states that predict, out of those of the sequence with its condition's tokens.
     *
     * @param hidden {@code [batch, prefix + positions, width]}
     * @param prefix number of tokens of the condition
     * @return {@code [batch, cells, width]} in decoding order
     */
    Tensor predictions(Tensor hidden, int prefix);

    /**
     * The position that asks for a cell.
     *
     * @param last what was committed last, place and cells -1 at the start
     * @param cells {@code [batch]}
     */
    SequenceEntry query(SequenceEntry last, int[] cells);

    /**
     * The positions that a committed cell adds once its query stands in the cache.
     *
     * @param cells {@code [batch]}
     * @param place of their tokens among those committed
     */
    List<SequenceEntry> afterQuery(int[] cells, int place);

    /**
     * Embeds positions.
     *
     * @param tokens what has been committed
     * @param masked whether some of the tokens are {@link SequenceEntry#MASKED}
     * @return {@code [batch, entries.size(), width]}
     */
    SequenceInputs embed(List<SequenceEntry> entries, CommittedTokens tokens, boolean masked);
}
