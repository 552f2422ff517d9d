package dev.oar.evaluate;

/** The tokens of a set of images. */
public interface TokenSet {
    /** The number of images. */
    int count();

    /** The tokens of an image in raster order, each in [0, K). */
    int[] tokens(int index);

    /** The class of an image. */
    int classIndex(int index);

    /** The family of an image: variants of one picture share it, and together they count as one image. */
    int family(int index);

    /** The family of every image. */
    default Families families() {
        int[] families = new int[count()];
        for (int index = 0; index < families.length; index++) {
            families[index] = family(index);
        }
        return Families.of(families);
    }
}
