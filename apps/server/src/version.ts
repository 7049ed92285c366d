/** The version of the product, as users see it. */
export const skeinVersion = "0.1.0";
