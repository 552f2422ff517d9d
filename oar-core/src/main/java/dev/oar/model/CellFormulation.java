package dev.oar.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * How cells are asked for and tokens are given: which sequence stands for a condition and a set of committed cells. The trunk and the
 * decoding state know nothing of it.
 *
 * @param <P> what the trunk needs to know of positions
 */
interface CellFormulation<P> {
    /** The number of positions in front of those of the cells. */
    int prefix();

    /** The number of positions that the committed sequence grows by per cell. */
    int positionsPerCell();

    /**
     * Checks the conditions of a batch.
     *
     * @throws IllegalArgumentException if there is no sequence for one
     */
    void requireConditions(int[] conditions);

    /**
     * How many of the first positions only fill up: none but they themselves may see them.
     *
     * @param conditions {@code [batch]}
     * @return {@code [batch]}
     */
    default int[] padding(int[] conditions) {
        return new int[conditions.length];
    }

    /** The same for {@code conditions: [batch]}, int64; where padding depends on the condition, this waits for them. */
    default int[] padding(Tensor conditions) {
        return new int[Math.toIntExact(conditions.size(0))];
    }

    /**
     * Hides padding from a mask that all rows share; where there is none, the mask stays as it is.
     *
     * @param mask bool, {@code [positions, keys]}, the positions being the last of the keys
     * @param conditions {@code [batch]}
     * @return the mask, or bool {@code [batch, 1, positions, keys]}
     */
    default Tensor withoutPadding(Tensor mask, int[] conditions) {
        return ConditionPrefix.withoutPadding(mask, padding(conditions));
    }

    /**
     * The sequence of whole images, for training.
     *
     * @param tokens {@code [batch, cells]}, raster order
     * @param conditions {@code [batch]}
     * @param orders {@code [batch, cells]}
     */
    SequenceInputs<P> training(Tensor tokens, Tensor conditions, Tensor orders);

    /**
     * The states that predict cells, out of those of whole images.
     *
     * @param states {@code [batch, positions, width]} behind the prefix
     * @return {@code [batch, cells, width]} in decoding order
     */
    default Tensor predicting(Tensor states) {
        return states;
    }

    /**
     * The position that asks for a cell.
     *
     * @param last what was committed last, index and cells -1 at the start
     * @param cells {@code [batch]}
     */
    default SequenceEntry query(SequenceEntry last, int[] cells) {
        return new SequenceEntry(last.index(), last.cells(), cells);
    }

    /**
     * The positions that a committed cell adds once its query stands in the cache.
     *
     * @param cells {@code [batch]}
     * @param index of their tokens among those committed
     */
    default List<SequenceEntry> afterQuery(int[] cells, int index) {
        return List.of();
    }

    /** Whether tokens can be {@link SequenceEntry#MASKED}. */
    default boolean masksTokens() {
        return false;
    }

    /**
     * Embeds the positions of a pass, behind those of the prefix if nothing has run yet.
     *
     * @param entries first those that settle, then the queries
     * @param state whose conditions and tokens they are
     * @return {@code [batch, settled + queries, width]}
     */
    SequenceInputs<P> embed(List<SequenceEntry> entries, TransformerState state, PassShape pass);
}
