package dev.oar.feature;

import dev.oar.feature.InceptionLayer.AveragePool;
import dev.oar.feature.InceptionLayer.Branches;
import dev.oar.feature.InceptionLayer.Chain;
import dev.oar.feature.InceptionLayer.Convolution;
import dev.oar.feature.InceptionLayer.MaxPool;
import java.util.List;

/**
 * The convolutional part of the FID Inception network, as a table of its layers.
 *
 * <p>Inception v3 (Szegedy et al., "Rethinking the Inception architecture for computer vision", arXiv 1512.00567) as TensorFlow's
 * graph of 2015-12-05 has it, which every published FID was measured with: average pools do not count their padding, and the pool
 * of the last block takes the largest value. Layers bear pytorch-fid's names.
 */
final class InceptionArchitecture {
    /** {@code [batch, 3, 299, 299]} to {@code [batch, 64, 73, 73]}. */
    static final Chain BLOCK_0 = chain(
            new Convolution("Conv2d_1a_3x3", 32, 3, 3, 2, false),
            new Convolution("Conv2d_2a_3x3", 32, 3, 3, 1, false),
            same("Conv2d_2b_3x3", 64, 3),
            new MaxPool(true));

    /** To {@code [batch, 192, 35, 35]}. */
    static final Chain BLOCK_1 = chain(
            same("Conv2d_3b_1x1", 80, 1), new Convolution("Conv2d_4a_3x3", 192, 3, 3, 1, false), new MaxPool(true));

    /** The part of block 2 before {@code Mixed_6d}, to {@code [batch, 768, 17, 17]}. */
    static final Chain BLOCK_2_BEGIN = chain(
            fives("Mixed_5b", 32),
            fives("Mixed_5c", 64),
            fives("Mixed_5d", 64),
            firstHalving("Mixed_6a"),
            sevens("Mixed_6b", 128),
            sevens("Mixed_6c", 160));

    /** The rest of block 2, to {@code [batch, 768, 17, 17]}. */
    static final Chain BLOCK_2_END = chain(sevens("Mixed_6d", 160), sevens("Mixed_6e", 192));

    /** To {@code [batch, 2048, 8, 8]}; their mean over the pixels is what FID compares. */
    static final Chain BLOCK_3 = chain(
            secondHalving("Mixed_7a"), threes("Mixed_7b", new AveragePool()), threes("Mixed_7c", new MaxPool(false)));

    /** The branch of block 2's end whose first channels are sFID's spatial features. */
    static final Convolution SPATIAL = same("Mixed_6d.branch1x1", 192, 1);

    private InceptionArchitecture() {}

    /** At 35 x 35 pixels: kernels of 5 x 5, and of 3 x 3 twice. */
    private static InceptionLayer fives(String name, int poolOutputs) {
        return branches(
                same(name + ".branch1x1", 64, 1),
                chain(same(name + ".branch5x5_1", 48, 1), same(name + ".branch5x5_2", 64, 5)),
                chain(
                        same(name + ".branch3x3dbl_1", 64, 1),
                        same(name + ".branch3x3dbl_2", 96, 3),
                        same(name + ".branch3x3dbl_3", 96, 3)),
                chain(new AveragePool(), same(name + ".branch_pool", poolOutputs, 1)));
    }

    /** From 35 x 35 to 17 x 17 pixels. */
    private static InceptionLayer firstHalving(String name) {
        return branches(
                new Convolution(name + ".branch3x3", 384, 3, 3, 2, false),
                chain(
                        same(name + ".branch3x3dbl_1", 64, 1),
                        same(name + ".branch3x3dbl_2", 96, 3),
                        new Convolution(name + ".branch3x3dbl_3", 96, 3, 3, 2, false)),
                new MaxPool(true));
    }

    /** At 17 x 17 pixels: 7 x 7 kernels split into rows and columns. */
    private static InceptionLayer sevens(String name, int narrow) {
        return branches(
                same(name + ".branch1x1", 192, 1),
                chain(
                        same(name + ".branch7x7_1", narrow, 1),
                        row(name + ".branch7x7_2", narrow, 7),
                        column(name + ".branch7x7_3", 192, 7)),
                chain(
                        same(name + ".branch7x7dbl_1", narrow, 1),
                        column(name + ".branch7x7dbl_2", narrow, 7),
                        row(name + ".branch7x7dbl_3", narrow, 7),
                        column(name + ".branch7x7dbl_4", narrow, 7),
                        row(name + ".branch7x7dbl_5", 192, 7)),
                chain(new AveragePool(), same(name + ".branch_pool", 192, 1)));
    }

    /** From 17 x 17 to 8 x 8 pixels. */
    private static InceptionLayer secondHalving(String name) {
        return branches(
                chain(same(name + ".branch3x3_1", 192, 1), new Convolution(name + ".branch3x3_2", 320, 3, 3, 2, false)),
                chain(
                        same(name + ".branch7x7x3_1", 192, 1),
                        row(name + ".branch7x7x3_2", 192, 7),
                        column(name + ".branch7x7x3_3", 192, 7),
                        new Convolution(name + ".branch7x7x3_4", 192, 3, 3, 2, false)),
                new MaxPool(true));
    }

    /** At 8 x 8 pixels: rows and columns of 3 side by side. */
    private static InceptionLayer threes(String name, InceptionLayer pool) {
        return branches(
                same(name + ".branch1x1", 320, 1),
                chain(
                        same(name + ".branch3x3_1", 384, 1),
                        branches(row(name + ".branch3x3_2a", 384, 3), column(name + ".branch3x3_2b", 384, 3))),
                chain(
                        same(name + ".branch3x3dbl_1", 448, 1),
                        same(name + ".branch3x3dbl_2", 384, 3),
                        branches(row(name + ".branch3x3dbl_3a", 384, 3), column(name + ".branch3x3dbl_3b", 384, 3))),
                chain(pool, same(name + ".branch_pool", 192, 1)));
    }

    /** A square kernel that keeps the resolution. */
    private static Convolution same(String name, int outputs, int side) {
        return new Convolution(name, outputs, side, side, 1, true);
    }

    /** A kernel of one row that keeps the resolution. */
    private static Convolution row(String name, int outputs, int columns) {
        return new Convolution(name, outputs, 1, columns, 1, true);
    }

    /** A kernel of one column that keeps the resolution. */
    private static Convolution column(String name, int outputs, int rows) {
        return new Convolution(name, outputs, rows, 1, 1, true);
    }

    private static Chain chain(InceptionLayer... layers) {
        return new Chain(List.of(layers));
    }

    private static Branches branches(InceptionLayer... layers) {
        return new Branches(List.of(layers));
    }
}
