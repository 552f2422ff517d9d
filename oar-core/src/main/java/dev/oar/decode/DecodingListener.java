package dev.oar.decode;

import java.util.function.Supplier;

/**
 * Is told after every step of a decoding call, on the thread that decodes. What it throws ends the call, whose native memory is freed:
 * {@link java.util.concurrent.CancellationException} cancels it.
 */
@FunctionalInterface
public interface DecodingListener {
    /** Listens to nothing. */
    DecodingListener NONE = progress -> {};

    /** Stands for the token of a cell that is not filled yet. */
    int UNFILLED = -1;

    /**
     * How far a call is.
     *
     * @param filled cells of each row that are filled, the known ones included
     * @param total cells of each row that will be filled in the end
     * @param tokens makes a copy of the tokens so far, {@code [batch][cells]}; {@link #UNFILLED} where there is none yet;
     *     to be asked within {@link #stepped}, on its thread
     */
    record Progress(int filled, int total, Supplier<int[][]> tokens) {}

    /** Called after a step. */
    void stepped(Progress progress);
}
