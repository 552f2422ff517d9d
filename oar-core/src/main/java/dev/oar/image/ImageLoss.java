package dev.oar.image;

/** What reading a file as one 8-bit RGB picture leaves out of it, as its header tells. */
public enum ImageLoss {
    /** An animation of which only the first picture is read. */
    LATER_PICTURES("animations of which only the first picture is read"),
    /** Pixels may be transparent; they are composed on the background. */
    TRANSPARENCY("images with transparency, which is composed on the background"),
    /** 16 bits per sample, rounded to 8. */
    DEPTH("images of 16 bits per sample, which are rounded to 8"),
    /** Cyan, magenta, yellow and black, converted without a profile. */
    INKS("images in CMYK, which become RGB without a colour profile");

    private final String images;

    ImageLoss(String images) {
        this.images = images;
    }

    /** The images that it befalls, as a sentence names them in the plural. */
    public String images() {
        return images;
    }
}
