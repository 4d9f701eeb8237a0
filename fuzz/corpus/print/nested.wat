(component definition (component) (component $inner (component)))
