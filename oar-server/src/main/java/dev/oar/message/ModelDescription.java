package dev.oar.message;

import dev.oar.artifact.Arm;
import dev.oar.model.TrainedOrders;
import java.util.List;

/**
 * A model that the server draws with.
 *
 * @param name its name, by which requests choose it
 * @param description one sentence about what it draws
 * @param licence licence of weights and training images
 * @param captions whether it draws from captions; else from classes
 * @param classes its classes
 * @param grid the cells of its images
 * @param grids larger grids that it draws on, too, such as {@code 32x32}
 * @param imageSize width and height of its images in pixels
 * @param vocabularySize how many tokens it knows
 * @param trainedOrders the orders that its weights were trained for
 * @param arms its transformers
 * @param defaults what holds where a request says nothing
 */
public record ModelDescription(
        String name,
        String description,
        String licence,
        boolean captions,
        List<String> classes,
        Grid grid,
        List<String> grids,
        int imageSize,
        int vocabularySize,
        TrainedOrders trainedOrders,
        List<Arm> arms,
        Defaults defaults) {
    /** The cells of an image. */
    public record Grid(int height, int width) {}

    /**
     * What holds where a request says nothing.
     *
     * @param arm the transformer
     * @param order of whole images
     * @param orderNoise of a dynamic order of whole images; in holes there is none
     * @param holeOrder of what is painted anew
     * @param batchSize images drawn together
     */
    public record Defaults(Arm arm, String order, double orderNoise, String holeOrder, int batchSize) {}

    /**
     * All models of a server.
     *
     * @param models the models, the usual one first
     * @param orders the words that an order is asked for by
     * @param limits what a request may ask for
     */
    public record All(List<ModelDescription> models, List<String> orders, Limits limits) {}

    /**
     * What a request may ask for at most.
     *
     * @param count images
     * @param batchSize images drawn together
     * @param pixels pixels of an image that is given or painted
     * @param bytes bytes of a request
     * @param seconds seconds that a job may be drawn for
     * @param waiting jobs that may wait for a model
     */
    public record Limits(int count, int batchSize, long pixels, long bytes, int seconds, int waiting) {}
}
