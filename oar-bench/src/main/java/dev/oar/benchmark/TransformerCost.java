package dev.oar.benchmark;

import dev.oar.model.CaptionConditioning;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the passes of an any-order transformer cost: floating-point operations (a multiplication and an addition are two) and bytes of
 * weights.
 *
 * <p>A pass reads the weights of all linear layers once and multiplies every position with those of the blocks, every position that
 * logits are asked of with the output's; attention multiplies each query with each key it sees, and as many values. Norms, activations,
 * embeddings and the cache are left out: the roofline is a bound that no implementation can undercut.
 */
public final class TransformerCost {
    /** Backward passes multiply twice what the forward pass multiplies once. */
    private static final int TRAINING_FACTOR = 3;

    private final TransformerConfig config;
    private final TokenSpace space;

    /** The cost of a transformer of this architecture. */
    public TransformerCost(TransformerConfig config, TokenSpace space) {
        this.config = config;
        this.space = space;
    }

    /** The weights of the blocks' linear layers. */
    public long blockParameters() {
        long width = config.width();
        long joined = (config.heads() + 2L * config.groups()) * config.headWidth() * width;
        return config.layers() * (joined + width * width + 3 * width * config.feedForwardWidth());
    }

    /** The weights of the output's linear layer. */
    public long outputParameters() {
        return (long) space.vocabularySize() * config.width();
    }

    /** Bytes of the weights that a pass reads. */
    public double weightBytes(WeightType type) {
        return (double) type.bytes() * (blockParameters() + outputParameters());
    }

    /** The floating-point operations of a pass. */
    public double operations(Pass pass) {
        double linear = 2.0 * pass.rows() * blockParameters() + 2.0 * pass.logitRows() * outputParameters();
        return linear + 4.0 * config.layers() * config.width() * pass.pairs();
    }

    /** The operations of some passes together. */
    public double operations(List<Pass> passes) {
        return passes.stream().mapToDouble(this::operations).sum();
    }

    /** The seconds that a pass takes at least: reading its weights or its operations, whichever is longer. */
    public double seconds(Pass pass, WeightType type, MachineLimits limits) {
        return Math.max(weightBytes(type) / limits.readBandwidth(), operations(pass) / limits.products(type));
    }

    /** The seconds of passes one after the other. */
    public double seconds(List<Pass> passes, WeightType type, MachineLimits limits) {
        return passes.stream().mapToDouble(pass -> seconds(pass, type, limits)).sum();
    }

    /** The operations of a training step: the forward pass and, twice as many, those of the backward pass. */
    public double trainingOperations(int batch) {
        return TRAINING_FACTOR * operations(whole(batch));
    }

    /** The passes of a decoding in a fixed order, as many cells per step as the schedule says. */
    public List<Pass> fixed(int batch, int... cellsPerStep) {
        return decoding(batch, false, cellsPerStep);
    }

    /** The passes of a decoding that peeks at all remaining cells before every step, one cell a step. */
    public List<Pass> dynamic(int batch) {
        int[] single = new int[space.cells()];
        Arrays.fill(single, 1);
        return decoding(batch, true, single);
    }

    /**
     * The pass that asks for one cell behind a sequence that is computed from the beginning: {@code 2t + 2} positions in RandAR's
     * formulation.
     *
     * @param batch candidates that are asked for, each with a sequence of its own
     * @param committed how many cells are filled, t
     */
    public Pass fromTheBeginning(int batch, int committed) {
        return Pass.of(batch, 0, prefix() + (long) positionsPerCell() * committed, 1, false);
    }

    /** The passes of extraction by {@link #fromTheBeginning}, each image's candidates of a step being one pass. */
    public List<Pass> literal() {
        List<Pass> passes = new ArrayList<>();
        for (int committed = 0; committed < space.cells(); committed++) {
            passes.add(fromTheBeginning(space.cells() - committed, committed));
        }
        return passes;
    }

    /** As the shorter form, {@code cellsPerStep} cells filled after each scoring. */
    public List<Pass> dynamic(int batch, int cellsPerStep) {
        int cells = space.cells();
        int[] each = new int[(cells + cellsPerStep - 1) / cellsPerStep];
        Arrays.setAll(each, step -> Math.min(cellsPerStep, cells - step * cellsPerStep));
        return decoding(batch, true, each);
    }

    /** The forward pass over whole images that are known, each predicted cell by cell. */
    public Pass whole(int batch) {
        long cells = space.cells();
        Pass whole = Pass.of(batch, 0, prefix() + positionsPerCell() * cells, 0, false);
        return new Pass(whole.rows(), batch * cells, whole.pairs());
    }

    private List<Pass> decoding(int batch, boolean isolated, int... cellsPerStep) {
        List<Pass> passes = new ArrayList<>();
        long cached = 0;
        long settled = prefix();
        int remaining = space.cells();
        for (int cells : cellsPerStep) {
            passes.add(Pass.of(batch, cached, settled, isolated ? remaining : cells, isolated));
            // The query of the first cell stays in the cache; the rest of what was committed rides along with the next
            // pass.
            cached += settled + 1;
            settled = (long) positionsPerCell() * cells - 1;
            remaining -= cells;
        }
        return passes;
    }

    private int prefix() {
        return config.captions().map(CaptionConditioning::length).orElse(1);
    }

    private int positionsPerCell() {
        return config.formulation().positionsPerCell();
    }
}
