*** Settings ***
Documentation     A claim desk as tasks:    robot examples/bots/robot
...               Without models and invoices:    robot --variable FAKE:examples/bots/outcomes examples/bots/robot
Library           invoiceocr.bots.RobotLibrary    fake=${FAKE}    language=en

*** Variables ***
${FAKE}           ${EMPTY}
${CLAIM}          examples/digital_ordinary-000101.pdf

*** Tasks ***
Book An Invoice That Is Proven
    ${invoice}=    Read Invoice    ${CLAIM}
    Invoice Should Be Accepted
    Invoice Should Have No Errors
    Field Should Be Verified    number
    Field Should Be Verified    total
    ${seller}=    Invoice Field    seller.name
    Log    Booked ${invoice.number} of ${seller}: ${invoice.total}

Hand The Values Over
    Read Invoice    ${CLAIM}
    Export Verified Fields    ${OUTPUT DIR}/claims.xlsx
