"""Small widgets that pages are made of. They paint plain values and know no desk."""
