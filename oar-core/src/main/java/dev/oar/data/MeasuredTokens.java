package dev.oar.data;

/** The tokens of a set of images, as figures are computed from them. */
public interface MeasuredTokens {
    /** The number of images. */
    int count();

    /** The tokens of an image in raster order, each in [0, K). */
    int[] tokens(int index);

    /** The class of an image. */
    int classIndex(int index);

    /** What an image is drawn from: its class, unless models are given captions. */
    default int condition(int index) {
        return classIndex(index);
    }

    /** The family of an image: variants of one picture share it, and together they count as one image. */
    int family(int index);

    /** The unflipped images of token shards. */
    static MeasuredTokens of(TokenShards shards) {
        return new MeasuredTokens() {
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
            public int condition(int index) {
                return shards.condition(index);
            }

            @Override
            public int family(int index) {
                return shards.family(index);
            }
        };
    }

    /** The family of every image. */
    default Families families() {
        int[] families = new int[count()];
        for (int index = 0; index < families.length; index++) {
            families[index] = family(index);
        }
        return Families.of(families);
    }
}
