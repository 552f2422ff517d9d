package dev.oar.estimate;

/**
 * Bytes that a stage holds at its peak.
 *
 * @param weights of the network, and of its copy that is packed for products where it is asked and not trained
 * @param gradients one number per weight; of every part of the batch that is worked on side by side
 * @param optimiser the two moments of AdamW
 * @param average the moving average of the weights
 * @param activations what the backward pass needs of the forward one, or what one forward pass holds
 * @param cache keys and values of committed cells
 * @param process Java, LibTorch and what they read: in main memory alone
 */
public record StageMemory(
        double weights,
        double gradients,
        double optimiser,
        double average,
        double activations,
        double cache,
        double process) {
    /** Nothing to speak of. */
    static final StageMemory NONE = new StageMemory(0, 0, 0, 0, 0, 0, 0);

    /** With weights of another network beside, which is not trained. */
    StageMemory beside(double otherWeights) {
        return new StageMemory(weights + otherWeights, gradients, optimiser, average, activations, cache, process);
    }

    /** What the networks take, on whatever device they are. */
    public double networks() {
        return weights + gradients + optimiser + average + activations + cache;
    }

    /** All of it. */
    public double total() {
        return networks() + process;
    }
}
